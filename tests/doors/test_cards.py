"""Adaptive Cards: within Teams' limits, whole where they fit, counted where they do not, and inert."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from jinja2 import DictLoader
from markdown_it import MarkdownIt

from bot.cards import Place, fallback, to_attachment, to_card
from bot.layout import Items, Paragraph, Quote, Said
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
    "AdaptiveCard": {"type", "$schema", "version", "msteams", "body", "refresh"},
    "TextBlock": {"type", "text", "wrap", "spacing", "style", "weight", "size", "isSubtle"},
    "Container": {"type", "style", "items"},
    "FactSet": {"type", "spacing", "facts"},
    "ActionSet": {"type", "actions"},
    "Action.Submit": {"type", "title", "data"},
    "Action.Execute": {"type", "title", "verb", "data", "fallback"},
}


def elements(piece: object) -> list[dict[str, Any]]:
    """Every element within."""
    if isinstance(piece, list):
        return [found for one in piece for found in elements(one)]
    if not isinstance(piece, dict):
        return []
    # The data of a button is its own.
    found = [inner for name, one in piece.items() if name != "data" for inner in elements(one)]
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
    execute = {**submit, "type": "Action.Execute", "verb": "say", "fallback": submit}
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
        {"type": "ActionSet", "actions": [execute] * 5},
        {"type": "ActionSet", "actions": [execute] * 2},
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


def buttons(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for element in elements(card) for one in element.get("actions", ())]


def test_under_what_came_by_itself_a_button_says_so() -> None:
    [button] = buttons(to_card(said("x"), [Choice("Show", "inquiry show INQ-1")], Place.TOLD))
    data = {"words": "inquiry show INQ-1", "told": True}
    assert button["data"] == button["fallback"]["data"] == data


@pytest.mark.parametrize("place", [Place.ANSWER, Place.TOLD])
def test_a_button_whose_words_open_a_form_has_teams_ask_for_the_dialog(place: Place) -> None:
    card = to_card(said("x"), [Choice("Acknowledge", "inquiry ack INQ-1")], place)
    accepted_by_teams(card)
    data = {"msteams": {"type": "task/fetch"}, "words": "inquiry ack INQ-1"}
    assert buttons(card) == [{"type": "Action.Submit", "title": "Acknowledge", "data": data}]


def test_in_a_dialog_every_button_is_sent_back_to_the_dialog() -> None:
    choices = [Choice("Acknowledge", "inquiry ack INQ-1"), Choice("Show", "inquiry show INQ-1")]
    made = buttons(to_card(said("x"), choices, Place.DIALOG))
    assert [(one["type"], one["data"]) for one in made] == [
        ("Action.Submit", {"words": "inquiry ack INQ-1"}),
        ("Action.Submit", {"words": "inquiry show INQ-1"}),
    ]


def test_a_card_that_can_be_said_anew_is_renewed_for_its_reader_alone() -> None:
    card = to_card(said("Today"), again="home 2", reader="29:dana")
    accepted_by_teams(card)
    assert card["refresh"]["userIds"] == ["29:dana"]
    action = card["refresh"]["action"]
    assert (action["type"], action["verb"], action["data"]) == ("Action.Execute", "say", {"words": "home 2"})
    for again, reader in (("", "29:dana"), ("home", "")):
        assert "refresh" not in to_card(said("Today"), again=again, reader=reader)


def test_a_full_card_that_is_renewed_is_within_the_limits() -> None:
    body = [Paragraph(f"line {number} " + "é" * 50) for number in range(500)]
    accepted_by_teams(
        to_card(said("Long", body), [Choice("x", "word " * 300)] * 25, again="home", reader="29:x")
    )


@pytest.mark.parametrize(
    ("titles", "rows"),
    [
        (["Show"] * 7, [6, 1]),
        (["Show INQ-10"] * 5, [4, 1]),
        (["Log an inquiry", "Plan an absence", "Preferences", "Refresh"], [3, 1]),
        (["Show", "A title that is wider than a narrow window can show in one row"], [1, 1]),
    ],
)
def test_the_buttons_of_a_row_can_be_read_in_a_narrow_window(titles: list[str], rows: list[int]) -> None:
    card = to_card(Said("", (), (), ()), [Choice(one, "home") for one in titles])
    assert [len(one["actions"]) for one in card["body"] if one["type"] == "ActionSet"] == rows
