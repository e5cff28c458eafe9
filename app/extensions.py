"""The extension objects, and the two ways to use the database: reading (every request) and `deciding()` (every write)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session, scoped_session

from app.engine import WRITES
from editorial.base import Base
from editorial.crash import crash_point

db = SQLAlchemy(metadata=Base.metadata)
babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


@contextmanager
def deciding() -> Iterator[scoped_session[Session]]:
    """One write transaction of the present request: what was read before is read anew, everything commits or nothing.

    Slow work (passwords, pictures, platforms) belongs before it: on SQLite nobody else writes meanwhile.
    """
    db.session.rollback()
    db.session.connection(execution_options=WRITES)
    try:
        yield db.session
        crash_point("save.before_commit")
        db.session.commit()
        crash_point("save.after_commit")
    except BaseException:
        db.session.rollback()
        raise

