"""What the API takes and gives: bodies refuse fields they do not know, ids are strings, instants have an offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.addresses import MOST_ID
from editorial.people.people import Person

RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)([Zz]|[+-]\d\d:\d\d)?", re.ASCII)


class Body(BaseModel):
    """What a call takes."""

    model_config = ConfigDict(extra="forbid")


class Shape(BaseModel):
    """What a call gives."""


class Nothing(Body):
    """A call that needs to be told nothing."""


def _is_id(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value) and int(value) <= MOST_ID:
        return value
    raise PydanticCustomError("no_id", "An id is a string of digits.")


def _instant(value: Any) -> Any:
    found = RFC_3339.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("no_instant", "Write the time like 2026-11-22T20:00:00+08:00.")
    day, time, offset = found.groups()
    if offset is None:
        raise PydanticCustomError("no_offset", "The time needs an offset, such as +08:00.")
    try:
        instant = datetime.fromisoformat(f"{day}T{time[:15]}{offset.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("no_instant", "Write the time like 2026-11-22T20:00:00+08:00.") from None
    if not 1970 <= instant.year <= 2200:
        raise PydanticCustomError("far_instant", "This time is too far away.")
    return instant


def _empty_for_null(value: Any) -> Any:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_empty_for_null)]
"""A text that may be left out; null is the empty one."""
Id = Annotated[str, BeforeValidator(_is_id), Field(examples=["17"])]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Crop = tuple[Fraction, Fraction, Fraction, Fraction]
Revision = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]


class PersonShown(Shape):
    """A person, by name."""

    id: str
    name: str

    @classmethod
    def of(cls, person: Person | None) -> PersonShown | None:
        """The person as others see them; none for nobody."""
        return cls(id=str(person.id), name=person.name) if person else None
