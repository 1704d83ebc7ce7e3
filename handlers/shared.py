"""A message that somebody shared to have it logged: known again, and told its number."""

from handlers.asking import Hearing
from models import outbox
from models.inquiry import Inquiry
from models.inquiry import ident as inquiry_id
from models.staff import Address

SHARED = "message:"
"""How the mark of a shared message begins: "message:slack:C1:1700000000.000100"."""


def tell_thread(hearing: Hearing, inquiry: Inquiry, source: str) -> None:
    """Owes the message's thread the number, and nothing else: others read it there."""
    platform, _, message = source.removeprefix(SHARED).partition(":")
    if platform != hearing.address.platform or not message:
        return
    thread = Address(platform, hearing.address.place, f"{outbox.THREAD}:{message}")
    outbox.put(
        hearing.db,
        f"thread:{inquiry_id(inquiry)}",
        thread,
        "logged_in_thread",
        {"number": inquiry.number},
        now=hearing.now,
        any_hour=True,
        kind=outbox.THREAD,
    )
