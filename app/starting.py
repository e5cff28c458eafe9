"""`qunsheng up`: migrate, then run and watch all processes of one machine.

It imports the program once and forks its children from there: one copy of the modules in memory, one import to wait for.
"""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from app import environment
from app.children import say
from app.forks import ForkedChild
from app.runtime import supervise
from app.serving import settle_memory

SANDBOX_PORTS = range(10, 30)
PORT_SECONDS = 5.0
HEAD = Path(__file__).resolve().parent.parent / "migrations" / "HEAD"
# Imported before the forks: what a child imports for itself is not shared, and it tears apart pages that were.
SHARED = (
    "app.factory", "app.jobs", "app.logs", "app.worker", "app.listening", "app.api", "app.callbacks", "app.links", "app.system",
    "app.schema", "gunicorn.arbiter", "gunicorn.glogging", "gunicorn.workers.gthread", "sqlalchemy.dialects.sqlite.pysqlite",
)
SANDBOXED = tuple(
    f"QUNSHENG_{name}" for name in ("WECHAT_API", "WECOM_API", "DINGTALK_API", "DINGTALK_NEW_API", "FEISHU_API", "SANDBOX_URL")
)
STREAM, STREAM_PORT_AHEAD = "QUNSHENG_WECOM_STREAM", 90
"""The sandbox takes long connections so many ports above its own."""


def up(command: Callable[[], object], *, demo: bool, bind: str, port: int) -> int:
    """Run until stopped, with `qunsheng` itself as the `command` of every child; returns the exit status."""
    if not _comes_free(bind, port):
        say(f"port {port} is taken by another program: stop it, or choose another one with --port")
        return 1
    run_dir = environment.instance() / "run"
    _forget_sandbox(run_dir)
    env = environment.read()
    env["QUNSHENG_INSTANCE"] = str(run_dir.parent)
    local = f"http://{'127.0.0.1' if bind in ('0.0.0.0', '::') else bind}:{port}"
    env.setdefault("QUNSHENG_PUBLIC_URL", local)
    commands = {"web": ["--bind", bind, "--port", str(port)], "worker": [], "listen": []}
    if demo:
        sandbox_port = _free_port(port)
        sandbox = f"http://127.0.0.1:{sandbox_port}"
        env.update(dict.fromkeys(SANDBOXED, sandbox) | {STREAM: f"ws://127.0.0.1:{sandbox_port + STREAM_PORT_AHEAD}"})
        _remember_sandbox(run_dir, env)
        commands = {"sandbox": ["--port", sandbox.rpartition(":")[2]], **commands}
    if not _is_current(env) and _prepare(["migrate"], env) != 0:
        return 1
    _import_shared([*SHARED, "publishers.sandbox.server"] if demo else SHARED)
    children = [ForkedChild(name, ["qunsheng", name, *words], env, main=command) for name, words in commands.items()]
    try:
        return supervise(children, run_dir, f"{local}/readyz", lambda: _greet(local, env, demo))
    finally:
        _forget_sandbox(run_dir)


def _import_shared(modules: Sequence[str]) -> None:
    for module in modules:
        import_module(module)
    configure_mappers()
    settle_memory()


def _is_current(env: dict[str, str]) -> bool:
    """Whether the SQLite file of the instance is at the newest version: a look that costs nothing, unlike migrating."""
    file = Path(env["QUNSHENG_INSTANCE"]) / "qunsheng.sqlite"
    if env.get("QUNSHENG_DATABASE_URL") or env.get("QUNSHENG_DATABASE_URL_FILE") or not file.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return False
    return bool(found) and found[0] == HEAD.read_text(encoding="utf-8").strip()


def _prepare(arguments: list[str], env: dict[str, str]) -> int:
    return subprocess.run([sys.executable, "-m", "app.cli", *arguments], env=env, check=False).returncode


def _greet(local: str, env: dict[str, str], demo: bool) -> None:
    if demo:
        filled = subprocess.run([sys.executable, "-m", "app.demo", local], env=env, check=False)
        if filled.returncode:
            say("the demo company could not move in; what went wrong stands above. Remove the instance folder and start again.")
    say(f"ready at {local}")


def _remember_sandbox(run_dir: Path, env: dict[str, str]) -> None:
    """Other commands of this instance, such as `doctor`, speak to the sandbox too while the demo runs."""
    run_dir.mkdir(parents=True, exist_ok=True)
    lines = [f"{name}={env[name]}\n" for name in (*SANDBOXED, STREAM)]
    (run_dir / environment.DEMO_FILE).write_text("".join(lines), encoding="utf-8")


def _forget_sandbox(run_dir: Path) -> None:
    (run_dir / environment.DEMO_FILE).unlink(missing_ok=True)


def _comes_free(bind: str, port: int) -> bool:
    """Whether the address can be listened on, at once or after the end of what served there a moment ago."""
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((bind, port))
                probe.listen(1)
            except OSError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.2)
            else:
                return True


def _free_port(beside: int) -> int:
    """A port for the sandbox near ours, so that links on its phone stay the same from start to start."""
    for offset in SANDBOX_PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", beside + offset))
            except OSError:
                continue
            return beside + offset
    raise SystemExit("no port is free for the sandbox")
