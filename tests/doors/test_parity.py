"""The same day through Slack, Teams and the terminal: the same facts, and the same words where it matters.

Each door has an agency of its own. Slack hears signed slash commands, Teams signed activities, over HTTP.
"""

import json
import re

import pytest

from handlers.commands import COMMANDS, find
from tests.doors.three_doors import slack_way, teams_way, terminal_way, without_salt

DAY = [
    ("sam", "/desk undelivered"),
    ("dana", "/inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40"),
    (
        "dana",
        '/inquiry log email from Ann Ho ann@example.org about "rent & *fees* <b>" received yesterday 16:30',
    ),
    ("dana", "/inquiry log letter from Ben about benefits owner lee"),
    ("dana", "/inquiry log fax from Ben about benefits"),
    ("dana", "/inquiry log call from Ben about tax received blursday"),
    ("dana", "/inquiry show INQ-1"),
    ("dana", "/inquiry why INQ-1"),
    ("dana", "/inquiry mine"),
    ("dana", "/inquiry ack INQ-1"),
    ("dana", '/inquiry ack INQ-1 by Thu "We are looking into it"'),
    ("dana", "/inquiry answer INQ-2"),
    ("dana", '/inquiry close INQ-2 "Explained the fees"'),
    ("dana", '/inquiry close INQ-1 "Permit sent"'),
    ("dana", "/inquiry assign INQ-3 to dana"),
    ("dana", "/away from 2026-03-09 to 2026-03-13"),
    ("dana", "/away"),
    ("dana", "/away back"),
    ("dana", "/desk team"),
    ("dana", "/inquiry lgo call"),
    ("sam", "/desk team"),
    ("sam", "/desk overdue"),
    ("kim", "/inquiry show INQ-1"),
    ("dana", "/inquiry log email from Wei Chen wei@example.org about a & b needed by Fri"),
    ("dana", "/inquiry extend INQ-4 information not readily available"),
    ("dana", "/inquiry extend INQ-4 the file is in the archive"),
    ("dana", "/inquiry extend INQ-4 the file is in the archive until Mar 9 12:00"),
    ("sam", "/desk decline 1 it is needed on Friday"),
    ("dana", "/inquiry ack INQ-4"),
    ("dana", "/inquiry assign INQ-4"),
    ("dana", "/inquiry pause INQ-4"),
    ("dana", "/inquiry pause INQ-4 waiting for the customer’s form"),
    ("dana", "/inquiry mine"),
    ("dana", "/inquiry resume INQ-4"),
    ("dana", "/inquiry needed INQ-4 by Thu"),
    ("dana", "/inquiry reopen INQ-2 the fees were wrong"),
    ("dana", "/inquiry standard"),
    ("sam", "/desk standard set email 4 business hours from 2026-03-09"),
    ("sam", "/desk standard reminders 2 business hours before, due, supervisor from 2026-03-09"),
    ("sam", "/desk standard reminders whenever"),
    ("sam", "/desk standard"),
    ("sam", "/desk standard undo"),
    ("sam", '/desk try "email 4 business hours" this month'),
    ("sam", '/desk closed tomorrow "burst pipe"'),
    ("sam", '/desk closed apply tomorrow "burst pipe"'),
    ("sam", "/desk closures"),
    ("sam", "/desk open tomorrow"),
    ("sam", "/desk hours Mon-Thu 8:00-18:00, Fri 8:00-12:00 from 2026-03-09"),
    ("sam", "/desk hours of dana Mon-Wed 8:00-17:00"),
    ("sam", "/desk team"),
    ("dana", "/inquiry why INQ-4"),
    ("dana", "/inquiry snooze INQ-4 1 hour"),
    ("dana", "/inquiry remind me of INQ-4 2026-04-20 9:00 about the form"),
    ("dana", "/inquiry quiet today"),
    ("dana", "/inquiry digest"),
    ("sam", "/inquiry digest"),
    ("dana", "/inquiry prefer digest 8:30"),
    ("dana", "/inquiry prefer language Spanish"),
    ("dana", "/inquiry prefer language Klingon"),
    ("sam", "/desk retry 999"),
    ("dana", "/inquiry home"),
    ("sam", "/inquiry home"),
    ("dana", "/inquiry preferences"),
    ("dana", "/inquiry help"),
    ("dana", "/inquiry form log"),
    ("dana", "/inquiry form"),
    ("dana", "/away from 2026-03-16 to 2026-03-20"),
    ("dana", "/away instead from 2026-03-17 to 2026-03-20"),
    ("dana", "/inquiry extend INQ-4 the archive is closed until Mar 12"),
    ("sam", "/desk grant 2"),
    ("sam", "/desk standard use madison-hr from 2026-03-16"),
    ("sam", "/desk standard drop email from 2026-03-16"),
    ("sam", "/desk standard tell"),
]


async def through(way):
    """Each reply of the day, and what the speaker saw."""
    replies, texts = [], []
    for who, words in DAY:
        replies.append(await way.say(who, words))
        texts.append(way.shown)
    return replies, texts


@pytest.fixture
async def days(tmp_path):
    found = {}
    for name, open_door in (("slack", slack_way), ("teams", teams_way), ("terminal", terminal_way)):
        async with open_door(tmp_path / f"{name}.db") as way:
            found[name] = await through(way)
    return found


def test_the_day_has_every_command() -> None:
    said = {find(words)[0].words for _, words in DAY if find(words)}
    assert said >= {one.words for one in COMMANDS if not one.group}


async def test_the_same_ask_through_every_door_has_the_same_facts_and_the_same_words(days):
    for at, (who, words) in enumerate(DAY):
        replies = {name: replies[at] for name, (replies, _) in days.items()}
        first = replies["terminal"]
        assert first.template not in ("crash", "stranger", "not_set_up"), words
        for name, reply in replies.items():
            assert reply.template == first.template, f"{name}: {who}: {words}"
            assert without_salt(reply.facts) == without_salt(first.facts), f"{name}: {words}"
            assert reply.choices == first.choices, f"{name}: {words}"
        spoken = {name: texts[at] for name, (_, texts) in days.items()}
        for word in set(re.findall(r"INQ-\d+|R\d\b|\d{4}-\d\d-\d\d \d\d:\d\d C[SD]T", spoken["terminal"])):
            for name, text in spoken.items():
                assert word in text, f"{name} does not say {word}: {words}"
        for choice in first.choices:
            in_json = json.dumps(choice.words, ensure_ascii=False)[1:-1]
            for name, text in spoken.items():
                assert choice.words in text or in_json in text, f"{name}: {words}: {choice.words}"
