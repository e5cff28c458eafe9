"""Where the platforms speak to us: proof first, then store, then answer; the work happens later."""

from __future__ import annotations

from flask import Flask

from app.callbacks import applications, wechat
from app.extensions import csrf


def register(app: Flask) -> None:
    """Register every platform's address. The platforms prove themselves by signature, not by a form's token."""
    for platform in (wechat, applications):
        csrf.exempt(platform.bp)
        app.register_blueprint(platform.bp)
