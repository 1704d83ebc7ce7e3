"""What the tests of pausing and reopening say and look up."""

from datetime import datetime

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models.adopting import adopt
from models.calendars import ClosureDay, put_in_force
from models.staff import Department
from models.standard import Rule
from tests.handlers.conftest import moment
from tests.models.spelled_dates import day

LOG = "/inquiry log email from Jane Doe jane@example.org about a parking permit"
PAUSE = "/inquiry pause INQ-1 waiting for the form"
CHATS = {"business_hours": 6}
OTHERS = {"call": {"clock_hours": [24, 48]}, "walk-in": {"elapsed_hours": 30}}


def rule(channel, count):
    """A department's own rule for one channel."""
    return Rule.model_validate(
        {
            "id": f"own-{channel}",
            "citation": "a test",
            "says": "A test.",
            "channels": [channel],
            "kind": "respond",
            "count": count,
            "met_by": ["answer", "acknowledgement"],
        }
    )


def own_rules(talk, by_channel, first="Monday 2026-01-05"):
    """Human Resources adopts rules of its own, channel by channel, over the shipped standard."""
    rules = [rule(channel, count) for channel, count in by_channel.items()]
    with talk.house.store.transaction() as db:
        department = db.get_one(Department, 1)
        adopt(db, department, "departmental", rules, day(first), talk.now, 3)


def closed(talk, on, name, start=None, end=None, department=None):
    with talk.house.store.transaction() as db:
        db.add(ClosureDay(day=day(on), name=name, start=start, end=end, department_id=department))
        put_in_force(db, talk.now)


def paused(talk, *spans):
    """Pauses and resumes at the instants; the last reply."""
    for start, end in spans:
        assert talk.at(start).say(PAUSE).template == "inquiry_paused"
        reply = talk.at(end).say("inquiry resume 1")
        assert reply.template == "inquiry_resumed"
    return reply


def due(talk, number=1):
    return talk.say(f"inquiry why {number}").facts["deadlines"][0]


def why(talk):
    return " ".join(due(talk)["because"])


def is_at(iso, spelled):
    return datetime.fromisoformat(iso) == moment(spelled)


def said(reply):
    """The reply in the terminal's words, on one line."""
    voice = Voice(TEMPLATES, "plain", "America/Chicago", str)
    return " ".join(to_text(voice.say(reply.template, reply.facts), reply.choices).split())
