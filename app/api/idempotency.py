"""`acting()`: one write transaction of an API call, in which its answer is kept under the caller's Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from flask import Response, g, request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.auth import person_now
from app.extensions import db, deciding
from editorial.errors import Invalid, Problem
from editorial.people import idempotency
from editorial.people.idempotency import IdempotentAnswer

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
N_ = str

Answer = TypeVar("Answer", bound=BaseModel)


class AnsweredBefore(Exception):
    """The same request was already done; its answer is given again."""

    def __init__(self, row: IdempotentAnswer) -> None:
        super().__init__()
        self.response = Response(row.answer, status=row.status, mimetype="application/json")
        self.response.headers["Idempotent-Replayed"] = "true"


@dataclass
class Act:
    """The transaction under way; `done` must be said last in it."""

    session: Session
    row: IdempotentAnswer | None

    def done(self, answer: Answer) -> Answer:
        """Keep the answer with the act and hand it on."""
        if self.row is not None:
            idempotency.keep(self.row, g.call_status, answer.model_dump_json())
        return answer


@contextmanager
def acting() -> Iterator[Act]:
    """Everything commits, the kept answer included, or nothing. Raises AnsweredBefore when a twin was faster."""
    with deciding() as scoped:
        act = Act(scoped(), _claimed(scoped()))
        yield act
        if act.row is not None and not act.row.given:
            raise RuntimeError("an act ended without saying what it answers")


def amend(answer: BaseModel) -> None:
    """Replace the answer just kept by one that knows more; what it tells of was committed before."""
    key = _key()
    if not key:
        return
    with deciding() as session:
        row = idempotency.recall(session(), person_now(), key, _fingerprint())
        if row is not None:
            idempotency.keep(row, row.status, answer.model_dump_json())


def replay() -> None:
    """Before any work: raise AnsweredBefore for a request already answered, Invalid for a key used for another."""
    key = _key()
    if key:
        known = idempotency.recall(db.session(), person_now(), key, _fingerprint())
        if known is not None and known.given:
            raise AnsweredBefore(known)


def _claimed(session: Session) -> IdempotentAnswer | None:
    key = _key()
    if not key:
        return None
    row = idempotency.claim(session, person_now(), key, _fingerprint())
    if row.given:
        raise AnsweredBefore(row)
    return row


def _key() -> str:
    key = request.headers.get(HEADER, "").strip()
    if len(key) > LONGEST_KEY:
        found = {"limit": LONGEST_KEY, "count": len(key)}
        raise Invalid(Problem(HEADER, N_("At most {limit} characters, now {count}."), found))
    return key


def _fingerprint() -> str:
    """SHA-256 of what is asked: method, address, and the body whatever the order of its fields or its boundary."""
    if "fingerprint" not in g:
        asked = hashlib.sha256(f"{request.method} {request.path}\n".encode())
        for name, file in sorted(request.files.items()):
            asked.update(f"{name}:{hashlib.sha256(file.stream.read()).hexdigest()}\n".encode())
            file.stream.seek(0)
        asked.update(json.dumps(sorted(request.form.items())).encode())
        asked.update(_canonical(request.get_data()))
        g.fingerprint = asked.hexdigest()
    value: str = g.fingerprint
    return value


def _canonical(data: bytes) -> bytes:
    try:
        return json.dumps(json.loads(data), sort_keys=True).encode()
    except ValueError:
        return data
