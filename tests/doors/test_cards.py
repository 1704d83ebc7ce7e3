"""Adaptive Cards: within Teams' limits, whole where they fit, counted where they do not, and inert."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from jinja2 import DictLoader
from markdown_it import MarkdownIt

from bot.cards import fallback, to_attachment, to_card
from bot.layout import Items, Paragraph, Quote
from bot.plain import to_text
from bot.voice import Voice
from tests.doors.test_blocks import AT, MANY, choices, lists, said
from tests.doors.test_voice import EVERYWHERE, Choice, facts

LOADER = DictLoader({"everywhere.j2": EVERYWHERE, "many.j2": MANY})
TEAMS, PLAIN = (
    Voice(LOADER, dialect, "America/Chicago", lambda survey: f"https://desk.test/survey/{survey}")
    for dialect in ("teams", "plain")
)
MARKDOWN = MarkdownIt("js-default")
# Each element with the properties that we use of schema 1.5.
KNOWN = {
    "AdaptiveCard": {"type", "$schema", "version", "msteams", "body"},
    "TextBlock": {"type", "text", "wrap", "spacing", "style", "weight", "size", "isSubtle"},
    "Container": {"type", "style", "items"},
    "FactSet": {"type", "spacing", "facts"},
    "ActionSet": {"type", "actions"},
    "Action.Submit": {"type", "title", "data"},
}


def elements(piece: object) -> list[dict[str, Any]]:
    """Every element within."""
    if isinstance(piece, list):
        return [found for one in piece for found in elements(one)]
    if not isinstance(piece, dict):
        return []
    found = [inner for one in piece.values() for inner in elements(one)]
    return [piece, *found] if "type" in piece else found


def accepted_by_teams(card: dict[str, Any]) -> None:
    assert len(json.dumps(card)) < 25_000
    for element in elements(card):
        assert set(element) <= KNOWN[element["type"]]
        assert element["type"] != "TextBlock" or (element["text"] and element["wrap"])
        assert len(element.get("actions", ())) <= 6
    assert sum(len(element.get("actions", ())) for element in elements(card)) <= 25


def markdown(card: dict[str, Any]) -> list[str]:
    """Every text that Teams reads as Markdown."""
    rows = [element["text"] for element in elements(card) if element["type"] == "TextBlock"]
    pairs = [fact for element in elements(card) for fact in element.get("facts", ())]
    return rows + [fact["value"] for fact in pairs]


def kinds(text: str) -> set[str]:
    tokens = MARKDOWN.parse(text)
    return {token.type for token in tokens} | {
        child.type for token in tokens for child in token.children or ()
    }


@settings(max_examples=40)
@given(lists, choices)
def test_whatever_the_facts_are_the_card_is_within_the_limits(many: list[str], offered: list[Choice]) -> None:
    spoken = TEAMS.say("many", {"facts": many, "at": AT})
    accepted_by_teams(to_card(spoken, offered))
    assert len(fallback(spoken)) <= 3000


@settings(max_examples=40)
@given(lists)
@example(["0000_¡" * 333])
@example(["a_" * 3000])
@example(["*_" * 2000])
def test_whatever_the_facts_are_only_our_own_markdown_is_read(many: list[str]) -> None:
    """Our own is bold, the survey's link, and the list."""
    for text in markdown(to_card(TEAMS.say("many", {"facts": many, "at": AT}))):
        own = {
            "paragraph_open",
            "inline",
            "text",
            "paragraph_close",
            "strong_open",
            "strong_close",
            "softbreak",
        }
        if text.startswith("- "):
            own |= {"bullet_list_open", "list_item_open", "list_item_close", "bullet_list_close"}
        found = kinds(text)
        if "link_open" in found:
            tokens = [child for token in MARKDOWN.parse(text) for child in token.children or ()]
            links = {token.attrGet("href") for token in tokens if token.type == "link_open"}
            assert links == {"https://desk.test/survey/7"}
            found -= {"link_open", "link_close"}
        assert found <= own, text


@given(facts)
def test_a_reader_of_the_card_sees_what_a_reader_of_the_terminal_sees(fact: str) -> None:
    said_plainly = to_text(PLAIN.say("everywhere", {"fact": fact}), width=10**7)
    shown = "".join(
        child.content
        for text in markdown(to_card(TEAMS.say("everywhere", {"fact": fact})))
        for token in MARKDOWN.parse(text)
        for child in token.children or ()
    )
    bare = re.sub(r"^  (\| ?|- |About +)", "", said_plainly, flags=re.MULTILINE)
    assert sorted(re.sub(r"\s", "", shown)) == sorted(re.sub(r"\s", "", bare))


@given(facts)
def test_a_notification_is_plain_text(fact: str) -> None:
    told = fallback(TEAMS.say("everywhere", {"fact": fact}))
    plain = PLAIN.say("everywhere", {"fact": fact})
    assert told.split("\n")[0] == (plain.title or told.split("\n")[0])
    assert f"About: {plain.fields[0][1]}" in told
    for line in plain.note:
        assert line in told


def test_a_message_has_the_shape_that_teams_readers_know() -> None:
    card = to_card(
        said(
            "INQ-1 is due",
            (Paragraph("One\ntwo"), Items(("a", "**b**")), Quote(("Dear R,", "Hello", "", "bye"))),
            (("Due", "today"),),
            ("first", "second"),
        ),
        [Choice("Answered", "inquiry answer INQ-1")] * 7,
    )
    accepted_by_teams(card)
    row = {"type": "TextBlock", "wrap": True}
    submit = {"type": "Action.Submit", "title": "Answered", "data": {"words": "inquiry answer INQ-1"}}
    assert card["body"] == [
        {
            **row,
            "text": "INQ-1 is due",
            "spacing": "Default",
            "style": "heading",
            "weight": "Bolder",
            "size": "Medium",
        },
        {**row, "text": "One", "spacing": "Default"},
        {**row, "text": "two", "spacing": "None"},
        {**row, "text": "- a\n- **b**", "spacing": "Default"},
        {
            "type": "Container",
            "style": "emphasis",
            "items": [
                {**row, "text": "Dear R,", "spacing": "Medium"},
                {**row, "text": "Hello", "spacing": "None"},
                {**row, "text": "bye", "spacing": "Medium"},
            ],
        },
        {"type": "FactSet", "spacing": "Medium", "facts": [{"title": "Due", "value": "today"}]},
        {**row, "text": "first", "spacing": "Medium", "isSubtle": True, "size": "Small"},
        {**row, "text": "second", "spacing": "None", "isSubtle": True, "size": "Small"},
        {"type": "ActionSet", "actions": [submit] * 6},
        {"type": "ActionSet", "actions": [submit]},
    ]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.5")
    assert to_attachment(card) == {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}


@pytest.mark.parametrize("number", [1, 60, 5000])
def test_what_is_left_out_is_counted(number: int) -> None:
    paragraphs = [Paragraph(f"line {i}\nsecond") for i in range(number)]
    for body in (paragraphs, [Items(tuple(f"line {i}" for i in range(2 * number)))]):
        card = to_card(said("Long", body, [("Due", "today")], ["A note."]))
        accepted_by_teams(card)
        shown = "\n".join(markdown(card))
        counted = re.search(r"… (\d+) more lines are left out here\.", shown)
        assert shown.count("line ") + shown.count("second") + int(counted[1] if counted else 0) == 2 * number
        assert bool(counted) is (number > 60)
        assert "today" in shown
        assert "A note." in shown


def test_a_long_line_goes_on_below_and_no_escape_or_link_is_cut() -> None:
    line = " ".join([r"\*urgent\*", "[https://desk.test/a](https://desk.test/a)"] * 60)
    texts = markdown(to_card(said("", [Paragraph(line)])))
    assert len(texts) == 2
    assert texts[1].startswith("…")
    assert " ".join(text.removeprefix("…").strip() for text in texts) == line


def test_a_fact_that_goes_on_in_a_new_block_starts_no_list_there() -> None:
    spoken = TEAMS.say("everywhere", {"fact": "word - # 1. > " * 400})
    for text in markdown(to_card(spoken)):
        assert kinds(text) <= {"paragraph_open", "inline", "text", "paragraph_close"} or text.startswith("- ")
