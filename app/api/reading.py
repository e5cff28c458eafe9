"""From the bytes of a request to a checked body, and from what does not fit to problems that name their fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, TypeVar

from flask import request
from flask_babel import gettext
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from editorial.errors import Invalid, Problem

Model = TypeVar("Model", bound=BaseModel)
N_ = str
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

MESSAGES = {
    "missing": N_("This field is needed."),
    "extra_forbidden": N_("There is no field of this name."),
    "string_type": N_("This must be a text."),
    "string_unicode": N_("This text holds characters that cannot be stored."),
    "string_too_long": N_("At most {max_length} characters."),
    "string_too_short": N_("This must not be empty."),
    "int_type": N_("This must be a whole number."),
    "int_parsing": N_("This must be a whole number."),
    "int_from_float": N_("This must be a whole number."),
    "greater_than_equal": N_("This must be at least {ge}."),
    "less_than_equal": N_("This must be at most {le}."),
    "bool_type": N_("This must be true or false."),
    "bool_parsing": N_("This must be true or false."),
    "list_type": N_("This must be a list."),
    "too_long": N_("At most {max_length} entries."),
    "dict_type": N_("This must be an object."),
    "model_type": N_("This must be an object."),
    "model_attributes_type": N_("This must be an object."),
    "enum": N_("Choose one of: {choices}."),
    "literal_error": N_("Choose one of: {choices}."),
    "union_tag_invalid": N_("Choose one of: {choices}."),
    "union_tag_not_found": N_("This field is needed."),
    "no_id": N_("An id is a string of digits."),
    "no_instant": N_("Write the time like 2026-11-22T20:00:00+08:00."),
    "no_offset": N_("The time needs an offset, such as +08:00."),
    "far_instant": N_("This time is too far away."),
}
OTHERWISE = N_("This value cannot be used.")


def json_body() -> Any:
    """The request's JSON; nothing at all counts as an empty object. Raises BadRequest, UnsupportedMediaType."""
    data = request.get_data()
    if not data:
        return {}
    if request.mimetype and not (request.is_json or request.mimetype == "text/plain"):
        raise UnsupportedMediaType()
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadRequest(gettext("The body is not JSON.")) from None


def checked(model: type[Model], given: Any) -> Model:
    """`given` as `model`. Raises Invalid with one problem for each field that does not fit."""
    if not isinstance(given, Mapping):
        raise Invalid(Problem("", MESSAGES["model_type"]))
    unstorable = [Problem(place, MESSAGES["string_unicode"]) for place in _unstorable(given)]
    if unstorable:
        raise Invalid(*unstorable)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Invalid(*(_problem(detail) for detail in error.errors(include_url=False))) from None


def _problem(detail: ErrorDetails) -> Problem:
    place = [str(part) for part in detail["loc"]]
    if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
        place.append(str(detail["ctx"]["discriminator"]).strip("'"))
    elif len(place) > 2 and place[0] == "connector":
        # Pydantic puts the chosen kind between the union and its field.
        del place[1]
    values = dict(detail.get("ctx", {}))
    if expected := values.get("expected_tags") or values.get("expected"):
        values["choices"] = str(expected).replace("'", "").replace(" or ", ", ")
    return Problem(".".join(place), MESSAGES.get(detail["type"], OTHERWISE), values)


def _unstorable(value: Any, place: str = "") -> Iterator[str]:
    """Names of fields whose text no database stores: U+0000, or half of a pair of surrogates."""
    if isinstance(value, str) and UNSTORABLE.search(value):
        yield place
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if UNSTORABLE.search(name):
                yield place
            else:
                yield from _unstorable(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unstorable(inner, f"{place}.{index}")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")
