"""How the words about the points of a plan are called: their keys, kinds and templates."""

from datetime import datetime

from models.instant import iso
from models.plan import Kind
from models.staff import Address

# What earlier releases called the points of the usual plan in their keys.
_CALLED = {
    "due_soon": "before-240",
    "due_now": "due",
    "overdue": "supervisor-120",
    "excuse_over": "late-60",
}


# The kinds of words about deadlines: what comes before one, and what comes after it.
AHEAD = ("due_soon", "leaving")
PAST = ("late", "overdue", "excuse_over")
_TEMPLATES = {Kind.DUE: "due_now", Kind.LATE: "late", Kind.SUPERVISOR: "overdue", Kind.ABOVE: "overdue"}


def template_of(kind: Kind) -> str:
    """The template that says a point of this kind."""
    return _TEMPLATES.get(kind, "due_soon")


def about_point(deadline_id: int, due: datetime, point: str, recipient: str | Address) -> str:
    """The key of the word to that recipient about a point of a clock's plan, as it is due then.

    A member of staff goes by their id, everything else by its address.
    """
    return f"deadline:{deadline_id}:{point}:{iso(due)}:{str(recipient).removeprefix('staff:')}"


def point_of(key: str) -> str:
    """The name of the point of a plan that the word of this key is about; empty when it is about none."""
    name = key.split(":")[2] if key.startswith("deadline:") else ""
    return _CALLED.get(name, name)
