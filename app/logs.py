"""Logs: one JSON line each on standard error, control characters escaped, nothing that looks like a secret."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

SECRET = re.compile(
    r"(?i)\b(access_token|secret|app_?secret|key|sign|password|token|authorization|encoding_?aes_?key)(=|:\s*|['\"]:\s*['\"])"
    r"([^\s&'\"]{4,})"
)
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """A sentence for people, an `action` word and ids for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "message": without_secrets(record.getMessage()),
        }
        said.update({name: value for name, value in vars(record).items() if name not in STANDARD})
        if record.exc_info:
            said["trace"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False, default=str)


def without_secrets(text: str) -> str:
    """The text with every value that stands behind a secret's name blotted out."""
    return SECRET.sub(lambda found: f"{found[1]}{found[2]}***", text)


def begin(level: int = logging.INFO) -> None:
    """Let this process log so."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("urllib3", "rq.worker", "alembic", "sqlalchemy.engine", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
