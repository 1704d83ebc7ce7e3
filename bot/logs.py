"""What the server writes of itself: a line for each thing that happened, with nothing of what people say.

Every line has its time, level, logger and message, and where they are known `action` (a stable word to
search by), `row` and `reference`. A fault is told by its kinds and places; its own words are withheld unless
they come from a database or the system, because they may repeat what somebody wrote.
"""

import json
import logging
import re
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

import psycopg

Style = Literal["text", "json"]

MARKS = ("action", "row", "reference", "error", "reason", "status", "seconds")
OURS = ("bot", "handlers", "models", "replyby", "scheduler")
# Libraries whose sentences speak of themselves alone; the others may repeat a request or an answer.
HARMLESS = ("alembic", "apscheduler", "asyncio", "uvicorn")
QUIET = ("alembic", "apscheduler", "slack_bolt", "slack_sdk", "uvicorn")
MOST_FRAMES = 12

_ROOT = Path(__file__).parent.parent
# Should an address or the key of a survey slip into a sentence after all, it goes no further.
_PRIVATE = (
    (re.compile(r"[^\s<>\"'(,;:=]+@[^\s<>\"'),;:]+"), "(address)"),
    (re.compile(r"(/survey/)[^/\s\"']+"), r"\1…"),
)


def configure(style: Style, stream: TextIO | None = None, level: int = logging.INFO) -> logging.Handler:
    """Sends every log line of this process to `stream` (standard error) in this style, and nowhere else."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Json() if style == "json" else Text())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    return handler


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(told(record), ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """The same for people: the marks stand behind the message, a fault on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        facts = told(record)
        head = [str(facts.pop(name)) for name in ("time", "level", "logger", "message")]
        fault = facts.pop("fault", ())
        marks = " ".join(f"{name}={value}" for name, value in facts.items())
        return "\n".join([" ".join([*head, f"[{marks}]"] if marks else head), *(f"  {one}" for one in fault)])


def told(record: logging.LogRecord) -> dict[str, Any]:
    """What may be told of a record: time, level, logger, message, the marks it has, `fault` as lines."""
    facts: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _masked(_message(record)),
    }
    for name in MARKS:
        value = getattr(record, name, None)
        if value is not None:
            facts[name] = _masked(value) if isinstance(value, str) else value
    if record.exc_info and record.exc_info[1] is not None:
        facts["fault"] = [_masked(line) for line in _fault(record.exc_info[1])]
    return facts


def _message(record: logging.LogRecord) -> str:
    room = record.name.partition(".")[0]
    if room in OURS:
        return record.getMessage()
    if room in HARMLESS:
        first, *others = record.getMessage().splitlines() or [""]
        # A whole traceback as one message, as uvicorn tells of a failed start: its last line names the kind.
        return others[-1].partition(":")[0] if first.startswith("Traceback") and others else first
    # What a library says may hold a request or an answer: the place in its code says what it was.
    return f"a notice of {room} ({record.module}, line {record.lineno})"


def _fault(error: BaseException) -> Iterator[str]:
    """The fault and what led to it, the last first: kind, words where they are harmless, places."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        words = _harmless_words(link)
        yield type(link).__name__ + (f": {words}" if words else "")
        for frame in traceback.extract_tb(link.__traceback__)[-MOST_FRAMES:]:
            yield f"  {_place(frame.filename)}, line {frame.lineno}, in {frame.name}"
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _harmless_words(error: BaseException) -> str | None:
    cause = getattr(error, "orig", None)  # what the database said, without SQLAlchemy's statement
    error = cause if isinstance(cause, BaseException) else error
    if isinstance(error, sqlite3.Error | psycopg.OperationalError):
        return " ".join(str(error).split())
    return error.strerror if isinstance(error, OSError) else None


def _place(filename: str) -> str:
    """Where in the code, without where on the machine."""
    path = Path(filename)
    if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
        return path.relative_to(_ROOT).as_posix()
    return "/".join(path.parts[-2:])


def _masked(words: str) -> str:
    for private, instead in _PRIVATE:
        words = private.sub(instead, words)
    return words
