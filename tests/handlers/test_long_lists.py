"""Long lists ask the database as often as short ones; "not yours" costs what "not found" does."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlmodel import select

from models.inquiry import Deadline, Inquiry
from models.staff import Staff
from tests.handlers.conftest import Conversation
from tests.seeded import counted

LOG = "inquiry log call from Jane Doe about permit"


def asked(talk: Conversation, words: str, by: str) -> int:
    """How many statements an answer takes, when all that is asked once is known already."""
    talk.say(words, by=by)
    with counted(talk.house) as statements:  # type: ignore[arg-type]
        talk.say(words, by=by)
    return len(statements)


@contextmanager
def people_read() -> Iterator[list[Staff]]:
    read: list[Staff] = []

    def note(one: Staff, _context: object) -> None:
        read.append(one)

    event.listen(Staff, "load", note)
    try:
        yield read
    finally:
        event.remove(Staff, "load", note)


@pytest.mark.parametrize(
    ("words", "by"),
    [
        ("home", "dana"),
        ("home 2", "dana"),
        ("inquiry mine", "dana"),
        ("home", "sam"),
        ("desk team", "sam"),
        ("desk overdue", "sam"),
        ("desk overdue", "alex"),
    ],
)
def test_sixty_inquiries_take_as_many_statements_as_five(talk: Conversation, words: str, by: str) -> None:
    talk.say(LOG)
    with talk.house.store.transaction() as db:
        first, clocks = db.exec(select(Inquiry)).one(), db.exec(select(Deadline)).all()
    talk.at("Friday 2026-03-06 10:00")

    def copy_it(times: int) -> None:
        with talk.house.store.transaction() as db:
            for _ in range(times):
                one = Inquiry(**first.model_dump(exclude={"id"}))
                db.add(one)
                db.flush()
                db.add_all(
                    Deadline(**{**clock.model_dump(exclude={"id"}), "inquiry_id": one.id}) for clock in clocks
                )

    copy_it(4)
    few = asked(talk, words, by)
    copy_it(55)
    assert asked(talk, words, by) == few


def test_the_pages_of_the_home_hold_every_group_once_and_in_order(talk: Conversation) -> None:
    for _ in range(14):
        talk.say(LOG)
    for number in (3, 13, 14):
        talk.say(f"answer INQ-{number}")
    talk.say("pause INQ-2 waiting for the customer")
    pages = [talk.say(words).facts for words in ("home", "home 2")]
    assert pages[0]["counts"] == {"overdue": 0, "today": 0, "ahead": 10, "paused": 1, "answered": 3}
    assert pages[1]["counts"] == pages[0]["counts"]
    assert [[(one["what"], len(one["lines"])) for one in page["groups"]] for page in pages] == [
        [("ahead", 10)],
        [("paused", 1), ("answered", 3)],
    ]
    shown = [one for page in pages for group in page["groups"] for one in group["lines"]]
    assert [one["number"] for one in shown] == [
        f"INQ-{number}" for number in (1, *range(4, 13), 2, 3, 13, 14)
    ]


def test_not_yours_reads_no_more_people_however_many_work_there(talk: Conversation) -> None:
    talk.say(LOG)
    read = []
    for several in (2, 60):
        with talk.house.store.transaction() as db:
            dana = db.exec(select(Staff).where(Staff.handle == "dana")).one()
            for number in range(several):
                handle = f"n{several}-{number}"
                email = f"{handle}@riverbend.example"
                db.add(
                    Staff(handle=handle, name=handle, email=email, phone="", department_id=dana.department_id)
                )
        with people_read() as found:
            assert talk.say("show INQ-1", by="kim").template == "unknown_inquiry"
        read.append(len(found))
    assert read[0] == read[1]


def test_not_yours_reads_no_more_people_while_the_supervisor_covers(talk: Conversation) -> None:
    talk.say(LOG)
    talk.say("away from 2026-03-03 to 2026-03-04")
    talk.at("Tuesday 2026-03-03 10:00")
    with people_read() as found:
        assert talk.say("show INQ-1", by="kim").template == "unknown_inquiry"
    assert {one.handle for one in found} == {"kim", "dana", "sam", "alex"}
