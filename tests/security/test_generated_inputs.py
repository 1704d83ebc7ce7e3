"""Five thousand inputs through parser, handlers, templates and every voice: nothing crashes or acts."""

import random
from contextlib import suppress
from dataclasses import replace

import pytest

from bot import blocks, cards
from bot.doors import NOT_KEPT
from bot.layout import Items, Paragraph, Quote
from bot.plain import to_text
from bot.slack.words import words as slack_words
from bot.teams.words import typed
from handlers import answer
from handlers.asking import Ask, House, Reply
from handlers.commands import find
from handlers.forms import opens
from models.staff import Address
from tests.security import live
from tests.security.inputs import NASTY, filling, line
from tests.security.two_departments import VOICES, Town, two_departments

BATCHES, EACH = 10, 500
SPEAKERS = ("dana", "sam", "kim", "alex", "nobody")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """An office whose customers, subjects and notes are as nasty as what is typed."""
    with two_departments(tmp_path_factory.mktemp("inputs")) as found:
        for number, one in enumerate(NASTY):
            said = one.replace('"', "")
            who = ("dana", "lee", "sam", "kim", "robin")[number % 5]
            found.office.say(who, f'inquiry log call from "Jo {said} x" about a {said} x')
        yield found


def heard(chance: random.Random, words: str) -> str:
    """The words as one of the doors hands them on."""
    door = chance.randrange(3)
    if door == 0:
        return slack_words(words)
    activity = {"text": words, "recipient": {"id": "b", "name": "Replyby"}}
    return typed(activity).written() if door == 1 else words


def faults(reply: Reply) -> list[str]:
    """What is wrong with the reply in any voice; a voice that stumbles raises."""
    said = {name: voice.say(reply.template, reply.facts, reply.language) for name, voice in VOICES.items()}
    slack, teams, plain, html = (said[name] for name in ("slack", "teams", "plain", "html"))
    found = live.slack_faults(blocks.to_blocks(slack, reply.choices), blocks.fallback(slack))
    found += live.teams_faults(cards.to_card(teams, reply.choices), cards.fallback(teams))
    found += live.plain_faults(to_text(plain))
    pieces = [html.title, *html.note, *(text for field in html.fields for text in field)]
    for part in html.body:
        match part:
            case Paragraph(text):
                pieces.append(text)
            case Items(items):
                pieces += items
            case Quote(lines):
                pieces += lines
    return found + [fault for text in pieces for fault in live.html_faults(text)]


def told(town: Town, ask: Ask, house: House) -> list[Reply]:
    reply = answer(ask, house)
    assert reply.template not in NOT_KEPT
    return [reply, *reply.errors.values()]


class _Undo(Exception):
    """Nothing of it is kept."""


class Undone:
    """A store in which nothing that is said is kept."""

    def __init__(self, store):
        self._store = store

    def transaction(self):
        return self

    def __enter__(self):
        self._open = self._store.transaction()
        return self._open.__enter__()

    def __exit__(self, kind, error, trace):
        if kind is not None:
            return self._open.__exit__(kind, error, trace)
        with suppress(_Undo):
            self._open.__exit__(_Undo, _Undo(), None)
        return False


@pytest.mark.parametrize("batch", range(BATCHES))
def test_five_thousand_inputs_are_answered_and_no_voice_says_what_acts(town, batch):
    chance = random.Random(f"inputs {batch}")  # noqa: S311  # the same inputs each time
    house, seen = House(Undone(town.office.store), emails_customers=True), set()
    for _ in range(EACH):
        words = heard(chance, line(chance))
        find(words)
        given = opens(words)
        if chance.random() < 0.25:
            given = filling(chance)
        ask = Ask(Address("terminal", "", chance.choice(SPEAKERS)), words, town.office.now, filling=given)
        for reply in told(town, ask, house):
            seen.add(reply.template)
            assert faults(reply) == [], (ask, reply)
    assert len(seen) > 25, "they come through to many answers"


def test_the_inputs_are_five_thousand():
    assert BATCHES * EACH == 5000


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (lambda text: live.slack_text_faults(text, dates=True), "hello <!channel>"),
        (lambda text: live.slack_text_faults(text, dates=True), "hello <@U0LEE>"),
        (lambda text: live.slack_text_faults(text, dates=True), "<http://evil.example|here>"),
        (lambda text: live.slack_text_faults(text, dates=False), "<!date^1^{time}|x>"),
        (lambda text: live.slack_text_faults(text, dates=True), "5 < 6"),
        (live.markdown_faults, "[x](http://evil.example)"),
        (live.markdown_faults, "![x](http://evil.example)"),
        (live.markdown_faults, "<http://evil.example>"),
        (live.markdown_faults, "<at>Lee</at>"),
        (live.markdown_faults, "{{DATE(2026-03-02T00:00:00Z)}}"),
        (live.markdown_faults, "# head"),
        (live.html_faults, "<b>x</b>"),
        (live.html_faults, "<img src=x>"),
        (live.html_faults, "<a href='http://evil.example'>x</a>"),
        (live.html_faults, "<!-- x"),
        (live.plain_faults, "x\u202ey"),
        (live.plain_faults, "x\x1b[2J"),
    ],
)
def test_what_acts_is_found(look, text):
    assert look(text) != []


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (
            lambda text: live.slack_text_faults(text, dates=True),
            "<!date^1772460000^{time}|9:00> &lt;!channel&gt;",
        ),
        (lambda text: live.slack_text_faults(text, dates=True), f"<{live.OURS}abc|here>\n> quoted"),
        (live.markdown_faults, f"[here]({live.OURS}abc) \\[x](http://evil.example) **b**"),
        (live.html_faults, f'<strong>x</strong> <a href="{live.OURS}abc">y</a> &lt;b&gt;'),
        (live.plain_faults, "naïve\ncafé"),
    ],
)
def test_what_is_ours_or_plain_is_let_pass(look, text):
    assert look(text) == []


def test_a_reply_is_not_changed_by_being_said(town):
    reply = town.office.say("dana", "inquiry mine")
    before = replace(reply)
    faults(reply)
    assert reply == before
