"""The web process: gunicorn with threads, in one process of its own; more machines run more of them."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

THREADS = 8


class Server(BaseApplication):
    """gunicorn without a configuration file."""

    def __init__(self, app: Flask, bind: str, port: int) -> None:
        self._app, self._address = app, f"{bind}:{port}"
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._address, "workers": 1, "worker_class": "gthread", "threads": THREADS, "timeout": 60,
            "graceful_timeout": 20, "keepalive": 15, "accesslog": None, "loglevel": "warning", "limit_request_line": 8190,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def serve(bind: str, port: int) -> None:
    """Serve until told to stop. The application is built before the fork, so both processes share its memory."""
    from app.config import from_env
    from app.extensions import db
    from app.factory import create_app

    app = create_app(from_env())
    with app.app_context():
        db.engine.dispose()
    Server(app, bind, port).run()
