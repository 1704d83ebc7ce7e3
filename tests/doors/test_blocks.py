"""Block Kit: what Slack would refuse is never sent, and what is left out is counted."""

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader
from slack_sdk.models.blocks import Block

from bot.blocks import fallback, to_blocks
from bot.layout import Items, Paragraph, Quote, Said
from bot.voice import Voice
from tests.doors.test_voice import EVERYWHERE, Choice, facts

MANY = """
{% block title %}
{{ facts | join(" ") }}
{% endblock %}
{% block body %}
{% for fact in facts %}
{{ fact }} is due {{ at | when }}
{{ fact | bold }}

- {{ fact }} of {{ fact }}
{% filter quoted %}
{{ fact }}
{{ 7 | survey_link }} {{ fact }}
{% endfilter %}
{% endfor %}
{% endblock %}
{% block fields %}
{% for fact in facts %}
Fact: {{ fact }}
Due: {{ at | when }}
{% endfor %}
{% endblock %}
{% block note %}
{% for fact in facts %}
{{ fact }}
{% endfor %}
{% endblock %}
"""
AT = "2026-03-03T23:00:00+00:00"
LOADER = DictLoader({"everywhere.j2": EVERYWHERE, "many.j2": MANY})
SLACK = Voice(LOADER, "slack", "America/Chicago", lambda survey: f"https://desk.test/survey/{survey}")
OURS = re.compile(
    r"<!date\^1772578800\^\{date_long\} at \{time\}\|Tue 2026-03-03 17:00 CST>|<https://desk\.test/survey/7>"
)
lists = st.lists(
    st.one_of(facts, st.builds(lambda fact, times: fact * times, facts, st.integers(1, 2000))), max_size=60
)
choices = st.lists(st.builds(Choice, st.text(min_size=1), st.text(min_size=1)), max_size=40)


def said(
    title: str = "",
    body: Sequence[Any] = (),
    fields: Sequence[tuple[str, str]] = (),
    note: Sequence[str] = (),
) -> Said:
    return Said(title, tuple(body), tuple(fields), tuple(note))


def texts(block: object) -> list[dict[str, Any]]:
    """Every text object within."""
    if isinstance(block, list):
        return [text for piece in block for text in texts(piece)]
    if not isinstance(block, dict):
        return []
    found = [text for piece in block.values() for text in texts(piece)]
    return [block, *found] if block.get("type") in ("mrkdwn", "plain_text") else found


def accepted_by_slack(blocks: list[dict[str, Any]]) -> None:
    for block in blocks:
        model = Block.parse(block)
        assert model is not None
        model.validate_json()
    assert len(blocks) <= 50
    assert len(json.dumps(blocks, ensure_ascii=False)) <= 13_000
    for text in texts(blocks):
        assert 0 < len(text["text"]) <= 3000
        assert text["verbatim"] is True if text["type"] == "mrkdwn" else text["emoji"] is False
    for block in blocks:
        assert all(0 < len(field["text"]) <= 2000 for field in block.get("fields", ()))
        assert 0 < len(block.get("elements", "x")) <= 25


def inert(text: str) -> None:
    """Holds no control sequence but the two that MANY makes itself."""
    rest = OURS.sub("", text)
    assert "<" not in rest
    assert ">" not in re.sub("^>( |$|…$)", "", rest, flags=re.MULTILINE)
    assert not re.search("&(?!amp;|lt;|gt;)", rest)
    assert not re.search("^&gt;", rest, flags=re.MULTILINE)


@settings(max_examples=40)
@given(lists, choices)
def test_whatever_the_facts_are_slack_accepts_the_message_and_reads_nothing_into_it(
    many: list[str], offered: list[Choice]
) -> None:
    spoken = SLACK.say("many", {"facts": many, "at": AT})
    blocks = to_blocks(spoken, offered)
    accepted_by_slack(blocks)
    for text in texts(blocks):
        if text["type"] == "mrkdwn":
            inert(text["text"])
    assert len(fallback(spoken)) <= 3000
    inert(fallback(spoken))


@given(facts)
def test_a_small_message_is_shown_whole(fact: str) -> None:
    spoken = SLACK.say("everywhere", {"fact": fact})
    shown = "\n".join(text["text"] for text in texts(to_blocks(spoken)))
    lines = [line for part in spoken.body for line in ([part.text] if isinstance(part, Paragraph) else [])]
    lines += [line for part in spoken.body for line in (part.items if isinstance(part, Items) else ())]
    lines += [line for part in spoken.body for line in (part.lines if isinstance(part, Quote) else ())]
    for line in [*lines, *spoken.note, spoken.fields[0][1]]:
        assert line in shown
    assert "left out" not in shown.replace(fact, "")


def test_a_message_has_the_shape_that_slack_readers_know() -> None:
    blocks = to_blocks(
        said(
            "A & B",
            (Paragraph("One\ntwo"), Items(("a", "b")), Quote(("Dear R,", "", "bye"))),
            (("Due", "today"),),
            ("first", "second"),
        ),
        [Choice("Answered & done", "inquiry answer INQ-1")],
    )

    def words(text: str) -> dict[str, object]:
        return {"type": "mrkdwn", "text": text, "verbatim": True}

    assert blocks == [
        {"type": "header", "text": {"type": "plain_text", "text": "A & B", "emoji": False}},
        {"type": "section", "text": words("One\ntwo")},
        {"type": "section", "text": words("• a\n• b")},
        {"type": "section", "text": words("> Dear R,\n>\n> bye"), "expand": True},
        {"type": "section", "fields": [words("*Due*\ntoday")]},
        {"type": "context", "elements": [words("first\nsecond")]},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Answered & done", "emoji": False},
                    "value": "inquiry answer INQ-1",
                    "action_id": "say:0",
                }
            ],
        },
    ]


def test_a_notification_reads_well_without_any_block() -> None:
    spoken = SLACK.say("many", {"facts": ["R&D <b>"], "at": AT})
    assert fallback(spoken).split("\n") == [
        "R&amp;D &lt;b&gt;",
        "R&amp;D &lt;b&gt; is due Tue 2026-03-03 17:00 CST",
        "*R&amp;D &lt;b&gt;*",
        "• R&amp;D &lt;b&gt; of R&amp;D &lt;b&gt;",
        "> R&amp;D &lt;b&gt;",
        "> https://desk.test/survey/7 R&amp;D &lt;b&gt;",
        "Fact: R&amp;D &lt;b&gt;",
        "Due: Tue 2026-03-03 17:00 CST",
        "R&amp;D &lt;b&gt;",
    ]


@pytest.mark.parametrize("number", [1, 40, 90, 91, 5000])
def test_what_is_left_out_is_counted(number: int) -> None:
    blocks = to_blocks(
        said("Long", [Paragraph(f"line {i}\nsecond") for i in range(number)], [("Due", "today")])
    )
    accepted_by_slack(blocks)
    shown = "\n".join(text["text"] for text in texts(blocks))
    counted = re.search(r"… (\d+) more lines are left out here\.", shown)
    assert shown.count("line ") + shown.count("second") + int(counted[1] if counted else 0) == 2 * number
    assert bool(counted) is (number > 40)
    assert blocks[-1]["fields"], "the fields are kept"


def test_fields_come_in_tens_and_those_left_out_are_counted() -> None:
    blocks = to_blocks(said("x", (), [(f"Label {i}", "value") for i in range(23)]))
    assert [len(block["fields"]) for block in blocks[1:]] == [10, 10, 3]
    blocks = to_blocks(said("x", [Paragraph("body")], [(f"Label {i}", "v" * 500) for i in range(100)]))
    accepted_by_slack(blocks)
    kept = sum(len(block.get("fields", ())) for block in blocks)
    assert texts(blocks)[-1]["text"] == f"… {100 - kept} more lines are left out here."
    assert 0 < kept < 100


def test_a_long_line_goes_on_in_the_next_section_and_no_escape_or_date_is_cut() -> None:
    date = "<!date^1772578800^{date_long} at {time}|Tue 2026-03-03 17:00 CST>"
    line = " ".join([date, "R&amp;D"] * 120)
    sections = [block["text"]["text"] for block in to_blocks(said("", [Quote((line,))]))]
    assert len(sections) == 3
    assert all(len(text) <= 3000 for text in sections)
    assert all(text.startswith("> …") for text in sections[1:])
    whole = " ".join(text.removeprefix("> ").removeprefix("…").strip() for text in sections)
    assert whole == line
    (one,) = to_blocks(said("", [Paragraph("<https://desk.test/" + "a" * 4000 + ">")]))
    assert one["text"]["text"] == "…"


def test_a_title_and_a_label_are_cut_and_too_long_a_command_has_no_button() -> None:
    offered = [Choice("x" * 80, "short"), Choice("long", "y" * 2001), Choice("fits", "z" * 2000)]
    header, actions = to_blocks(said("t" * 200), offered)
    assert header["text"]["text"] == "t" * 149 + "…"
    assert [button["text"]["text"] for button in actions["elements"]] == ["x" * 74 + "…", "fits"]
    assert [button["action_id"] for button in actions["elements"]] == ["say:0", "say:1"]
    assert len(to_blocks(said("t"), [Choice("a", "b")] * 30)[1]["elements"]) == 25
