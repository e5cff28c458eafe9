"""Where a form leads: a redirect for browsers, the address for scripts that send forms without leaving the page."""

from __future__ import annotations

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue


def went(url: str, *, taken: bool = True) -> ResponseReturnValue:
    """The answer to a form; unless it was `taken`, the device keeps what was typed and puts it back."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(location=url, taken=taken)
    return redirect(url, 303)


def window() -> str:
    """Which of the person's windows sent the form; empty without scripts."""
    return request.form.get("window", "")[:24]
