"""The one kind of time: an aware instant, in UTC."""

from datetime import UTC, datetime


def aware(value: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive datetime."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError(f"A naive datetime is no instant: {value.isoformat()}")
    return value.astimezone(UTC)


def iso(value: datetime) -> str:
    """An instant as a fact: ISO 8601 in UTC, to the second."""
    return aware(value).isoformat(timespec="seconds")
