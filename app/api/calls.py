"""How a call of the API is written down: one line says its address, its guard and its status; its signature the rest.

A view takes the ids of its address, a checked `body`, a checked `query`, and returns a shape. The same types give
the OpenAPI document.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from app.api import idempotency
from app.api.idempotency import AnsweredBefore
from app.api.reading import checked, json_body
from app.extensions import csrf

PREFIX = "/api/v1"

View = Callable[..., BaseModel]
Guard = Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]


class File(BaseModel):
    """An answer that is a file, not JSON."""

    content: bytes
    content_type: str


@dataclass(frozen=True)
class Call:
    """One call, as the document describes it."""

    noun: str
    method: str
    rule: str
    status: int
    guard: Guard
    view: View
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel]
    form: bool = False

    @property
    def summary(self) -> str:
        """The first line of the view's docstring: an English msgid."""
        return (inspect.getdoc(self.view) or "").partition("\n")[0]

    @property
    def writes(self) -> bool:
        return self.method != "GET"


class Noun:
    """The calls about one noun."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls: list[Call] = []

    def get(self, rule: str, guard: Guard) -> Callable[[View], View]:
        """A call that reads."""
        return self._call("GET", rule, guard, 200)

    def post(self, rule: str, guard: Guard, *, status: int = 200, form: bool = False) -> Callable[[View], View]:
        """A call that makes something or lets something happen. `form`: it takes files, not JSON."""
        return self._call("POST", rule, guard, status, form)

    def put(self, rule: str, guard: Guard) -> Callable[[View], View]:
        """A call that sets something."""
        return self._call("PUT", rule, guard, 200)

    def patch(self, rule: str, guard: Guard) -> Callable[[View], View]:
        """A call that changes the fields it names."""
        return self._call("PATCH", rule, guard, 200)

    def delete(self, rule: str, guard: Guard) -> Callable[[View], View]:
        """A call that takes something away."""
        return self._call("DELETE", rule, guard, 200)

    def register(self, app: Flask) -> None:
        """Hand the calls to the application."""
        blueprint = Blueprint(f"api_{self.name}", __name__, url_prefix=PREFIX)
        for call in self.calls:
            view = call.guard(_run(call))
            blueprint.add_url_rule(call.rule, call.view.__name__, view, methods=[call.method])
        # Only a bearer token counts here, and no browser sends one by itself.
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)

    def _call(self, method: str, rule: str, guard: Guard, status: int, form: bool = False) -> Callable[[View], View]:
        def note(view: View) -> View:
            hints = get_type_hints(view)
            body, query = hints.get("body"), hints.get("query")
            self.calls.append(Call(self.name, method, rule, status, guard, view, body, query, hints["return"], form))
            return view

        return note


def _run(call: Call) -> Callable[..., ResponseReturnValue]:
    """The view Flask calls once the guard has let the person pass."""

    @functools.wraps(call.view)
    def run(**given: Any) -> ResponseReturnValue:
        g.call_status = call.status
        if call.query is not None:
            given["query"] = checked(call.query, request.args.to_dict())
        if call.body is not None:
            given["body"] = checked(call.body, json_body())
        try:
            if call.writes:
                idempotency.replay()
            answer = call.view(**given)
        except AnsweredBefore as before:
            return before.response
        if isinstance(answer, File):
            return Response(answer.content, status=call.status, mimetype=answer.content_type)
        return Response(answer.model_dump_json(), status=call.status, mimetype="application/json")

    return run
