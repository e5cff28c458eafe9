"""The API's description: one OpenAPI 3.1 document out of the calls' own types, and a page that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template
from flask_babel import gettext
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.calls import PREFIX, Call, File
from app.api.idempotency import HEADER
from app.auth import everybody

VERSION = "1.0.0"
REF = "#/components/schemas/{model}"
IN_PATH = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
ERRORS = {401: False, 403: False, 404: True, 409: True, 413: True, 422: True, 429: False}
"""Statuses every call may answer with; True: only those that name a thing or take a body."""

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457: what went wrong, and which fields to mend.",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {
            "type": "object", "required": ["field", "message"],
            "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
        }},
    },
}
PICTURE_FORM: dict[str, Any] = {
    "type": "object", "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}, "alt_text": {"type": "string"}},
}

IMPORT_FORM: dict[str, Any] = {
    "multipart/form-data": {"schema": {
        "type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}},
    }},
    "application/json": {"schema": {
        "type": "object", "required": ["url"], "properties": {"url": {"type": "string", "format": "uri"}},
    }},
}


def register(app: Flask, calls: Sequence[Call]) -> None:
    """Serve the document and the page."""
    blueprint = Blueprint("api_document", __name__)

    @blueprint.get(f"{PREFIX}/openapi.json")
    @everybody
    def openapi() -> Response:
        """The document."""
        return jsonify(document(tuple(calls)))

    @blueprint.get("/api/docs")
    @everybody
    def docs() -> str:
        """The document for people to read."""
        described = document(tuple(calls))
        return render_template("api/docs.html", document=described, chapters=_chapters(described, calls))

    app.register_blueprint(blueprint)


@cache
def document(calls: tuple[Call, ...]) -> dict[str, Any]:
    """The OpenAPI document of these calls."""
    models = dict.fromkeys(model for call in calls for model in _models(call))
    places, schemas = models_json_schema([(model, mode) for model, mode in models], ref_template=REF)
    paths: dict[str, Any] = {}
    for call in calls:
        paths.setdefault(_path(call), {})[call.method.lower()] = _operation(call, places)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "群声 Qunsheng", "version": VERSION,
            "description": "Plan, review and publish, and bring the link back into every group.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas["$defs"], "Problem": PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _models(call: Call) -> Iterator[tuple[type[BaseModel], Any]]:
    if call.body is not None:
        yield call.body, "validation"
    if call.answer is not File:
        yield call.answer, "serialization"


def _operation(call: Call, places: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{call.noun}.{call.view.__name__}", "tags": [call.noun], "summary": call.summary,
        "parameters": [*_path_parameters(call), *_query_parameters(call), *_header_parameters(call)],
        "responses": {str(call.status): {
            "description": "Done.", "content": _content(call, places),
        }, **_errors(call)},
    }
    if call.form:
        content = IMPORT_FORM if call.noun == "imports" else {"multipart/form-data": {"schema": PICTURE_FORM}}
        operation["requestBody"] = {"required": True, "content": content}
    elif call.body is not None:
        needed = bool(call.body.model_json_schema().get("required"))
        schema = places[call.body, "validation"]
        operation["requestBody"] = {"required": needed, "content": {"application/json": {"schema": schema}}}
    return operation


def _content(call: Call, places: dict[Any, Any]) -> dict[str, Any]:
    if call.answer is File:
        return {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": places[call.answer, "serialization"]}}


def _path(call: Call) -> str:
    return PREFIX + IN_PATH.sub(r"{\1}", call.rule)


def _path_parameters(call: Call) -> Iterator[dict[str, Any]]:
    for name in IN_PATH.findall(call.rule):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(call: Call) -> Iterator[dict[str, Any]]:
    if call.query is None:
        return
    described = call.query.model_json_schema(ref_template=REF)
    for name, schema in described["properties"].items():
        yield {"name": name, "in": "query", "required": False, "schema": _inlined(schema, described.get("$defs", {}))}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """A query's schema with its definitions in place: they stand in no component of their own."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return definitions[schema["$ref"].rpartition("/")[2]]
        return {name: _inlined(part, definitions) for name, part in schema.items()}
    return [_inlined(part, definitions) for part in schema] if isinstance(schema, list) else schema


def _header_parameters(call: Call) -> Iterator[dict[str, Any]]:
    if call.writes:
        yield {
            "name": HEADER, "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
            "description": "The same key and body within 24 hours give the same answer and do the thing once.",
        }


def _errors(call: Call) -> dict[str, Any]:
    about = call.body is not None or call.query is not None or call.form or "<" in call.rule
    content = {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}}
    return {
        str(status): {"description": "Not done.", "content": content}
        for status, only_about in ERRORS.items() if about or not only_about
    }


def _chapters(described: dict[str, Any], calls: Sequence[Call]) -> dict[str, list[dict[str, Any]]]:
    """The calls by noun, for the page."""
    chapters: dict[str, list[dict[str, Any]]] = {}
    for call in calls:
        path = _path(call)
        operation = described["paths"][path][call.method.lower()]
        chapters.setdefault(call.noun, []).append({
            "method": call.method, "path": path, "summary": gettext(call.summary), "status": call.status,
            "query": [parameter for parameter in operation["parameters"] if parameter["in"] == "query"],
            "takes": _fields(call.body), "gives": _fields(call.answer) if call.answer is not File else [],
        })
    return chapters


def _fields(model: type[BaseModel] | None) -> list[dict[str, Any]]:
    if model is None:
        return []
    described = model.model_json_schema()
    needed = set(described.get("required", ()))
    return [
        {"name": name, "type": _type(schema), "needed": name in needed, "about": schema.get("description", "")}
        for name, schema in described.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " | ".join(_type(part) for part in schema[union])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type", ""))

