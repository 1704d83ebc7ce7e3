"""Forms and buttons through every door: the same fields, the same faults, and the same facts afterwards."""

import pytest

from handlers.form import NAMES
from handlers.forms import opens
from tests.doors.three_doors import slack_way, teams_way, terminal_way, without_salt

LOGGED = "/inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40"
JANE = {"channel": "call", "customer": "Ann Ho", "subject": "rent & fees"}
# Who fills in what: the words that open it, and what is put into its fields.
FORMS = [
    ("dana", "inquiry log", JANE),
    ("dana", "inquiry extend INQ-1", {"reason": "the archive is closed", "until_day": "2026-03-12"}),
    (
        "dana",
        "inquiry ack INQ-1",
        {"by": "other", "by_day": "2026-03-05", "by_time": "15:00", "said": "Soon"},
    ),
    ("dana", "inquiry assign INQ-1", {"someone": "lee"}),
    ("sam", "form answer INQ-1", {"said": "It is in the mail"}),
    ("sam", "inquiry close INQ-1", {"resolution": "Explained the fees"}),
    ("dana", "away from", {"first": "2026-03-09", "last": "2026-03-13"}),
    ("dana", "form prefer", {"reminders": "2"}),
]
# In a conversation a time is said in one go, and what is not asked for is changed by its name.
SAID = {
    "inquiry ack INQ-1": {"by_day": "2026-03-05 15:00", "said": "Soon"},
    "inquiry assign INQ-1": {"to": "lee"},
    "form answer INQ-1": {"said": "It is in the mail"},
}


@pytest.fixture
async def ways(tmp_path):
    async with (
        slack_way(tmp_path / "slack.db", opening=True) as slack,
        teams_way(tmp_path / "teams.db") as teams,
        terminal_way(tmp_path / "terminal.db") as terminal,
    ):
        found = {"slack": slack, "teams": teams, "terminal": terminal}
        for way in found.values():
            await way.say("dana", LOGGED)
        yield found


def test_every_form_is_filled_in_here():
    assert {opens(words).form for _, words, _ in FORMS} == set(NAMES)


async def test_every_form_has_the_same_fields_in_slack_and_teams(ways):
    for who, words, _ in FORMS:
        if "INQ-1" in words and who == "sam":
            continue
        drawn = [await ways[name].look(who, words) for name in ("slack", "teams")]
        assert drawn[0].form is not None, words
        assert (drawn[0].form, drawn[0].facts) == (drawn[1].form, drawn[1].facts), words


async def test_every_form_comes_to_the_same_through_every_door(ways):
    for who, words, values in FORMS:
        replies = {}
        for name, way in ways.items():
            filled = SAID.get(words, values) if name == "terminal" else values
            replies[name] = await way.fill(who, words, filled)
        first = replies["terminal"]
        assert first.form is None, words
        assert first.template not in ("crash", "draft_asks", "understood"), words
        for name, reply in replies.items():
            assert reply.template == first.template, f"{name}: {words}"
            assert without_salt(reply.facts) == without_salt(first.facts), f"{name}: {words}"
            assert reply.choices == first.choices, f"{name}: {words}"


async def test_faults_stand_beside_the_same_fields_in_slack_and_teams(ways):
    for who, words, wrong in (
        ("dana", "inquiry log", JANE | {"phone": "soon", "needed_day": "2026-01-05"}),
        ("dana", "inquiry ack INQ-1", {"by": "other"}),
        ("dana", "inquiry assign INQ-1", {"someone": "nobody"}),
        ("dana", "away from", {"first": "2026-03-09", "last": "2026-03-02"}),
    ):
        replies = [await ways[name].fill(who, words, wrong) for name in ("slack", "teams")]
        assert replies[0].errors, words
        assert replies[0].errors == replies[1].errors, words


async def test_every_button_comes_to_the_same_through_every_door(ways):
    """Whatever is offered is pressed once, and what it offers in turn, as long as it is new."""
    waiting, pressed = [("dana", "home"), ("dana", "inquiry show INQ-1"), ("sam", "desk")], set()
    while waiting:
        who, words = waiting.pop(0)
        if (who, words) in pressed or len(pressed) > 60:
            continue
        pressed.add((who, words))
        if opens(words):
            drawn = [await ways[name].look(who, words) for name in ("slack", "teams")]
            assert (drawn[0].template, drawn[0].form) == (drawn[1].template, drawn[1].form), words
            continue
        replies = {name: await way.press(who, words) for name, way in ways.items()}
        first = replies["terminal"]
        assert first.template not in ("crash", "stranger", "not_understood"), words
        for name, reply in replies.items():
            assert (reply.template, reply.choices) == (first.template, first.choices), f"{name}: {words}"
            assert without_salt(reply.facts) == without_salt(first.facts), f"{name}: {words}"
        waiting += [(who, one.words) for one in first.choices]
    assert len(pressed) > 15
