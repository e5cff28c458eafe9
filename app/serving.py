"""The web process: gunicorn with threads, one worker; more machines run more of them."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from app.children import die_with

if TYPE_CHECKING:
    from flask import Flask

THREADS = 8


class Server(BaseApplication):
    """gunicorn without a configuration file. The arbiter never loads the application: it only watches its worker."""

    def __init__(self, bind: str, port: int) -> None:
        self._address = f"{bind}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        options: dict[str, Any] = {
            "bind": self._address, "proc_name": "qunsheng web", "workers": 1, "worker_class": "gthread", "threads": THREADS,
            "timeout": 60, "graceful_timeout": 20, "keepalive": 15, "accesslog": None, "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application, in the worker, which ends with its arbiter: nobody else would ever stop it."""
        die_with(os.getppid())()
        from app.config import from_env
        from app.factory import create_app

        settings = from_env()
        app = create_app(settings)
        if settings.sandbox_url:
            from app.demo.material import sign_ins

            app.extensions["demo_people"] = sign_ins()
        settle_memory()
        return app


def settle_memory() -> None:
    """What was built at the start stays; looking through it for rubbish again and again costs a request 100 ms."""
    gc.collect()
    gc.freeze()


def serve(bind: str, port: int) -> None:
    """Serve until told to stop."""
    Server(bind, port).run()
