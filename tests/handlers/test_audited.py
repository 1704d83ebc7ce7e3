"""What of an ask goes into the audit, and what does not."""

import pytest

from handlers.answering import answer
from handlers.asking import Ask
from models.audit import Audited, proves
from models.staff import Address
from tests.seeded import seeded


@pytest.fixture
def office(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}") as office:
        office.say("dana", "inquiry log email from Jane Doe about a permit")
        office.before = len(office.rows(Audited))
        yield office


def noted(office):
    """What was appended since the office opened, as "handle what about outcome"."""
    names = {f"staff:{office.member(one).id}": one for one in ("dana", "sam", "lee", "alex")}
    return [
        f"{names[row.who]} {row.what} {row.about or '-'} {row.outcome}"
        for row in office.rows(Audited)[office.before :]
    ]


@pytest.mark.parametrize(
    ("handle", "words", "line"),
    [
        ("dana", "inquiry log call from Jo about tax", "dana inquiry log inquiry:2 inquiry_logged"),
        ("dana", "/Inquiry ACK inq-1 by Thu", "dana inquiry ack inquiry:1 inquiry_acknowledged"),
        ("dana", 'inquiry close INQ-1 "sent"', "dana inquiry close inquiry:1 inquiry_closed"),
        ("dana", "inquiry assign INQ-1 to lee", "dana inquiry assign inquiry:1 inquiry_assigned"),
        ("dana", "away from 2026-03-09 to 2026-03-10", "dana away from absence:1 away_planned"),
        (
            "sam",
            "desk standard set email 4 business hours",
            "sam desk standard set department:1 standard_adopted",
        ),
        ("sam", 'desk closed apply 2026-03-17 "snow"', "sam desk closed department:1 closure"),
        ("sam", "desk grant 5", "sam desk grant - unknown_extension"),
        ("dana", "desk team", "dana desk team - not_for_you"),
    ],
)
def test_a_command_that_changed_something_is_noted_and_a_supervisors_refusal(office, handle, words, line):
    office.say(handle, words)
    assert noted(office) == [line]
    row = office.rows(Audited)[-1]
    assert (row.platform, row.at, proves(row, words)) == ("terminal", office.now, True)


@pytest.mark.parametrize(
    ("handle", "words"),
    [
        ("dana", "inquiry mine"),
        ("dana", "inquiry show INQ-1"),
        ("dana", "inquiry why INQ-1"),
        ("dana", "away"),
        ("dana", "help"),
        ("dana", "nonsense"),
        ("dana", 'inquiry close INQ-99 "sent"'),
        ("dana", "inquiry log email"),
        ("sam", "desk team"),
        ("sam", "desk overdue"),
        ("sam", "desk standard"),
        # What moves is found by making the change, and taking it back.
        ("sam", 'desk closed 2026-03-17 "snow"'),
        ("sam", "desk hours Mon-Thu 8:00-18:00 from 2026-03-09"),
        ("sam", 'desk try "email 4 business hours" last quarter'),
        ("nobody", 'inquiry close INQ-1 "sent"'),
    ],
)
def test_what_changed_nothing_is_not_noted(office, handle, words):
    office.say(handle, words)
    assert noted(office) == []


def test_what_is_heard_twice_is_noted_once(office):
    for _ in range(2):
        office.say("dana", 'inquiry close INQ-1 "sent"', key="trigger:1")
    assert noted(office) == ["dana inquiry close inquiry:1 inquiry_closed"]


def test_what_crashes_is_not_noted(office, monkeypatch):
    monkeypatch.setattr("handlers.answering.note_command", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        office.say("dana", 'inquiry close INQ-1 "sent"')
    assert noted(office) == []


def test_the_first_sign_in_by_email_is_noted_once(office):
    ask = Ask(Address("slack", "T1", "U1"), "inquiry mine", office.now, email="Dana@riverbend.example")
    for _ in range(2):
        assert answer(ask, office.house).template == "inquiries_mine"
    (row,) = office.rows(Audited)[office.before :]
    who = f"staff:{office.member('dana').id}"
    assert (row.who, row.about, row.what, row.platform) == (who, who, "sign in", "slack")
    assert (row.outcome, row.digest) == ("known_by_email", None)
