"""The `qunsheng` command. Each command imports what it needs, so that the light ones stay light."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from publishers.rendering import Theme


@click.group(help="群声 Qunsheng: from the groups, to the official account, and back.")
def main() -> None:
    """The console script."""


@main.command()
@click.option("--demo", is_flag=True, help="Add the sandbox platforms and, in an empty database, demo data.")
@click.option("--bind", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
def up(demo: bool, bind: str, port: int) -> None:
    """Migrate, then run and watch all processes."""
    from app import starting

    sys.exit(starting.up(main, demo=demo, bind=bind, port=port))


@main.command()
@click.option("--bind", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
def web(bind: str, port: int) -> None:
    """Serve pages, API, callbacks and tracked links."""
    from app import logs, serving

    logs.begin()
    serving.serve(bind, port)


@main.command()
def worker() -> None:
    """Keep promises: drain the outbox. Uses RQ when QUNSHENG_REDIS_URL is set."""
    from app import generation, logs
    from app.worker import Worker

    logs.begin()
    try:
        works = Worker(_settings())
    except generation.Older as older:
        raise click.ClickException(str(older)) from None
    works.run()


@main.command("answer-bells", hidden=True)
def answer_bells() -> None:
    """One RQ worker; `worker` starts it by itself."""
    from app import bells, jobs, logs

    logs.begin()
    jobs.prepare()
    bells.answer_bells(_settings().redis_url)


@main.command()
def listen() -> None:
    """Take messages in over long connections to the group platforms, one for each application that wants one."""
    from app import logs
    from app.listening import Listener

    logs.begin()
    Listener(_settings()).run()


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from app import schema
    from app.engine import open_engine

    settings = _settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    schema.migrate(open_engine(settings))
    click.echo(f"The database is at {schema.head()}.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
def doctor(as_json: bool) -> None:
    """Check settings, database, Redis, clock, accounts and connectors; every line says what to do."""
    from app import checkup

    checks = checkup.examine(_settings())
    if as_json:
        click.echo(json.dumps([check.__dict__ for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            remedy = f" → {check.remedy}" if check.remedy else ""
            click.echo(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.found}{remedy}")
    sys.exit(0 if all(check.ok for check in checks) else 1)


@main.group()
def person() -> None:
    """People."""


@person.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True)
@click.option("--department", default="")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--token", is_flag=True, help="Print an API token and nothing else.")
def person_add(email: str, name: str, roles: tuple[str, ...], department: str, password_stdin: bool, token: bool) -> None:
    """Add a person."""
    from editorial.people import credentials, people

    password = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    with _writing() as session:
        added = people.add(session, email=email, name=name, roles=list(roles), department=department)
        if password_stdin:
            credentials.set_password(session, added, password, by=None)
        secret = credentials.create_token(session, added, "command line") if token else ""
        said = secret or f"{added.name} <{added.email}>"
    click.echo(said)


@person.command("forget-phone")
@click.option("--email", required=True)
def person_forget_phone(email: str) -> None:
    """Ask a person for no code any more: for the administrator who lost phone and recovery codes."""
    from editorial.people import people, second_factor

    with _writing() as session:
        found = people.by_email(session, email)
        if found is None:
            sys.exit(f"Nobody has the address {email}.")
        second_factor.remove(session, found, by=None)
        said = f"{found.name} <{found.email}> signs in with the password alone."
    click.echo(said)


@main.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--email", required=True)
@click.option("--name", default="")
def token_create(email: str, name: str) -> None:
    """Print a new API token and nothing else, once."""
    from editorial.people import credentials, people

    with _writing() as session:
        holder = people.by_email(session, email)
        if holder is None or not holder.active:
            raise click.ClickException(f"email: nobody active here has the address {email}")
        secret = credentials.create_token(session, holder, name)
    click.echo(secret)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """The whole state into one file, media included."""
    from app import keeping

    click.echo(keeping.back_up(_settings(), file))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--verify", is_flag=True, help="Only check that the file is whole.")
def restore(file: Path, verify: bool) -> None:
    """The state out of a backup; nothing is sent until what was under way has been settled."""
    from app import keeping

    click.echo(keeping.verify(file) if verify else keeping.restore(_settings(), file))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--theme", default="default", show_default=True)
def render(file: Path, theme: str) -> None:
    """WeChat HTML of a Markdown file, to standard output. A theme is one of ours, or one that this house made."""
    from publishers.rendering import THEMES
    from publishers.rendering import render as rendering

    chosen = THEMES.get(theme) or _house_theme(theme)
    if chosen is None:
        raise click.ClickException(f"--theme: there is no theme called {theme}. Ours are: {', '.join(THEMES)}.")
    click.echo(rendering(file.read_text(encoding="utf-8"), chosen).html)


def _house_theme(name: str) -> Theme | None:
    """The newest version of a theme that this house made, or the version named (`spring@3`)."""
    from sqlalchemy import inspect
    from sqlalchemy.orm import Session

    from app.engine import open_engine
    from app.typesetting import theme_of
    from editorial.articles.themes import HouseTheme, pinned

    engine = open_engine(_settings())
    if not inspect(engine).has_table(HouseTheme.__tablename__):
        return None
    with Session(engine) as session:
        found = theme_of(session, pinned(session, name))
    return found if not isinstance(found, str) else None


@main.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
def audit_verify() -> None:
    """Check the audit chain: names the first entry that was changed, taken away or added."""
    from sqlalchemy.orm import Session

    from app.engine import open_engine
    from editorial import audit
    from editorial.vault import vault

    settings = _settings()
    vault.open_with(settings.secret_key)
    with Session(open_engine(settings)) as session:
        flaw, entries = audit.first_flaw(session), audit.length(session)
    if flaw is not None:
        raise click.ClickException(f"The audit chain does not hold. {flaw}")
    click.echo(f"The audit chain is whole: {entries} entries.")


@main.command()
@click.option("--port", default=8010, show_default=True, type=int)
def sandbox(port: int) -> None:
    """Only the simulated platforms."""
    from app import environment
    from publishers.sandbox.server import serve

    serve("127.0.0.1", port, environment.instance() / "sandbox")


def _settings():  # type: ignore[no-untyped-def]
    from app.config import BadSetting, from_env

    try:
        return from_env()
    except BadSetting as error:
        raise click.ClickException(str(error)) from None


def _writing():  # type: ignore[no-untyped-def]
    from app.writing import writing

    return writing(_settings())


if __name__ == "__main__":
    main()
