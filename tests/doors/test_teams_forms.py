"""A form as an Adaptive Card: its fields, their faults in words, and Teams' limits whatever stands in it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader

from bot.dialogs import FIELD, NOTHING, REQUIRED, as_nonce, new_nonce, to_dialog
from bot.layout import Paragraph, Said
from bot.voice import Voice
from handlers.form import Field, Form, Kind, Option
from tests.doors.test_cards import KNOWN, MARKDOWN, buttons, elements, kinds
from tests.doors.test_voice import facts

SAID = Said("Log an inquiry", (Paragraph("Choose how it came in."),), (), ("Nothing is stored yet.",))
OWN = {"paragraph_open", "inline", "text", "paragraph_close", "softbreak"}
LOADER = DictLoader(
    {"fault.j2": "{% block title %}{{ fact }}{% endblock %}{% block body %}No: {{ fact }}{% endblock %}"}
)
TEAMS = Voice(LOADER, "teams", "America/Chicago", lambda survey: survey)
# Each input with the properties that we use of schema 1.5.
INPUT = {"type", "id", "label", "isRequired", "errorMessage", "value"}
ALLOWED = {
    **{name: properties | {"color"} for name, properties in KNOWN.items()},
    "AdaptiveCard": KNOWN["AdaptiveCard"] | {"actions"},
    "Input.Text": INPUT | {"isMultiline", "maxLength"},
    "Input.ChoiceSet": INPUT | {"style", "choices"},
    "Input.Date": INPUT,
    "Input.Time": INPUT,
}

words = st.text(max_size=60)
options = st.builds(Option, st.text(min_size=1, max_size=40), words)
fields = st.builds(
    Field,
    name=st.text(min_size=1, max_size=30),
    label=words,
    kind=st.sampled_from(Kind),
    value=st.text(max_size=400),
    hint=words,
    optional=st.booleans(),
    options=st.lists(options, max_size=30).map(tuple),
    redraws=st.booleans(),
    longest=st.integers(1, 3000),
)
some = st.lists(fields, min_size=1, max_size=12, unique_by=lambda field: field.name)
short = st.text(max_size=24)
forms = st.builds(Form, st.just("log"), words, short, short, some.map(tuple))


def form(*given: Field, name: str = "log", about: str = "") -> Form:
    return Form(name, about, "Log an inquiry", "Log it", given)


def dialog(*given: Field, errors: dict[str, Said] | None = None, **about: str) -> dict[str, Any]:
    card = to_dialog(form(*given, **about), SAID, errors or {})
    accepted(card)
    return card


def accepted(card: dict[str, Any]) -> None:
    """Within what Teams takes."""
    assert len(json.dumps(card, ensure_ascii=False).encode()) <= 24_000
    ids = [one["id"] for one in elements(card) if "id" in one]
    assert len(ids) == len(set(ids))
    for one in elements(card):
        assert set(one) <= ALLOWED[one["type"]]
        if one["type"].startswith("Input."):
            assert one["label"], "an input without a name is silent to a screen reader"
            assert one.get("isRequired") is None or one["errorMessage"]
        if one["type"] == "Input.ChoiceSet":
            assert all(choice["title"] and choice["value"] for choice in one["choices"])
            assert "value" not in one or one["value"] in [choice["value"] for choice in one["choices"]]
        if one["type"] == "Input.Text":
            assert 1 <= len(one.get("value", "x")) <= max(1, one["maxLength"])
        assert one["type"] != "TextBlock" or one["text"]


@settings(max_examples=80, deadline=None)
@given(forms, st.text(max_size=2000))
def test_whatever_stands_in_a_form_its_card_is_one_that_teams_takes(made: Form, body: str) -> None:
    fault = TEAMS.say("fault", {"fact": body})
    errors = {field.name: fault for field in made.fields[::2]} | {"": fault}
    card = to_dialog(made, SAID, errors)
    accepted(card)
    inputs = [one for one in card["body"] if one["type"].startswith("Input.")]
    assert [one["id"] for one in inputs] == [FIELD + field.name for field in made.fields]
    assert card["actions"][-1]["data"] == {"form": "log", "about": made.about, "step": "submit"}


@settings(max_examples=60, deadline=None)
@given(facts, facts)
@example("{{DATE(2026-03-02T15:00:00Z,SHORT)}}", "**x** [a](https://evil.example)")
def test_no_word_of_a_form_is_read_as_markdown(fact: str, hint: str) -> None:
    fault = TEAMS.say("fault", {"fact": fact})
    card = to_dialog(form(Field("a", fact[:300], hint=hint)), SAID, {"a": fault, "": fault})
    for one in elements(card):
        if one["type"] == "TextBlock":
            assert kinds(one["text"]) <= OWN, MARKDOWN.render(one["text"])
            assert "{{DATE" not in one["text"]


def test_each_kind_of_field_has_its_input() -> None:
    channels = (Option("call", "Call"), Option("email", "E-mail"))
    card = dialog(
        Field("channel", "How it came in", Kind.CHOICE, "email", options=channels),
        Field("subject", "About", Kind.TEXT, "a permit\nand a fee", longest=500),
        Field("phone", "Phone", value="608-555-0133", optional=True, longest=60),
        Field("day", "Received on", Kind.DAY, "2026-03-02"),
        Field("time", "Received at", Kind.TIME, "08:40"),
    )
    needed = {"isRequired": True, "errorMessage": REQUIRED}
    assert [one for one in card["body"] if one["type"].startswith("Input.")] == [
        {
            "type": "Input.ChoiceSet", "id": f"{FIELD}channel", "label": "How it came in", "style": "compact",
            "choices": [{"title": "Call", "value": "call"}, {"title": "E-mail", "value": "email"}],
            "value": "email", **needed,
        },
        {
            "type": "Input.Text", "id": f"{FIELD}subject", "label": "About", "isMultiline": True,
            "maxLength": 500, "value": "a permit\nand a fee", **needed,
        },
        {
            "type": "Input.Text", "id": f"{FIELD}phone", "label": "Phone (optional)", "maxLength": 60,
            "value": "608-555-0133",
        },
        {"type": "Input.Date", "id": f"{FIELD}day", "label": "Received on", "value": "2026-03-02", **needed},
        {"type": "Input.Time", "id": f"{FIELD}time", "label": "Received at", "value": "08:40", **needed},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.DAY, "tomorrow"),
        (Kind.DAY, "2026-3-2"),
        (Kind.DAY, "2026-03-02\n"),
        (Kind.TIME, "8:40"),
        (Kind.TIME, "noon"),
        (Kind.CHOICE, "no such choice"),
        (Kind.LINE, ""),
    ],
)
def test_a_value_that_no_input_of_its_kind_shows_is_left_out(kind: Kind, value: str) -> None:
    card = dialog(Field("a", "A", kind, value, options=(Option("one", "One"),)))
    [given] = [one for one in card["body"] if one["type"].startswith("Input.")]
    assert "value" not in given


def test_a_long_list_can_be_searched_and_an_optional_choice_be_taken_back() -> None:
    people = tuple(Option(f"p{number}", f"Person {number}") for number in range(80))
    few, many = (
        next(one for one in dialog(field)["body"] if one["type"] == "Input.ChoiceSet")
        for field in (
            Field("to", "To", Kind.CHOICE, options=people[:5], optional=True),
            Field("to", "To", Kind.CHOICE, "p70", options=people),
        )
    )
    assert few["style"] == "compact"
    assert few["choices"][0]["value"] == NOTHING
    assert many["style"] == "filtered"
    assert many["value"] == "p70"
    assert len(many["choices"]) == 80


def test_a_field_that_changes_the_preview_has_a_button_below_that_shows_it() -> None:
    channel = Field(
        "channel", "How it came in", Kind.CHOICE, "", options=(Option("call", "Call"),), redraws=True
    )
    day = Field("day", "Received on", Kind.DAY, "2026-03-02", redraws=True)
    card = dialog(channel, day, Field("customer", "From"), about="message:teams:19:x|1")
    shape = [one.get("id", one["type"]) for one in card["body"]]
    assert shape[-4:] == [f"{FIELD}channel", f"{FIELD}day", "ActionSet", f"{FIELD}customer"]
    look, submit = buttons(card)[::-1] if buttons(card)[0]["title"] == "Log it" else buttons(card)
    assert look["title"] == "Show when it is due"
    assert look["data"] == {"form": "log", "about": "message:teams:19:x|1", "step": "look"}
    assert "associatedInputs" not in look, "else Teams sends it without what is filled in"
    assert submit["data"]["step"] == "submit"
    # Teams sends nothing while a field that it insists on is empty: only what the preview needs is one.
    insisted = [one["id"] for one in elements(card) if one.get("isRequired")]
    assert insisted == [f"{FIELD}channel", f"{FIELD}day"]
    assert card["body"][-1]["label"] == "From (needed)"


def test_each_button_of_a_dialog_has_the_nonce_of_the_dialog() -> None:
    made = form(Field("day", "Day", Kind.DAY, redraws=True))
    nonce = new_nonce()
    assert [one["data"].get("nonce") for one in buttons(to_dialog(made, SAID, {}, nonce))] == [nonce] * 2
    assert as_nonce(nonce) == nonce


def test_another_form_calls_its_preview_otherwise() -> None:
    card = dialog(Field("first", "First day", Kind.DAY, redraws=True), name="away")
    assert {"Look again", "Log it"} == {one["title"] for one in buttons(card)}


def test_a_title_that_the_dialog_has_already_is_not_said_twice() -> None:
    field = Field("a", "A")
    assert dialog(field)["body"][0]["text"] == "Choose how it came in."
    other = to_dialog(form(field), replace(SAID, title="INQ-7"), {})
    assert (other["body"][0]["text"], other["body"][0]["style"]) == ("INQ-7", "heading")


def test_faults_are_told_in_words_first_which_fields_then_beside_them() -> None:
    fault = Said("Who is that?", (Paragraph("I find nobody called “bob”."),), (), ("Or ask.",))
    bare, loose = Said("Please give a day.", (), (), ()), Said("", (Paragraph("All of it."),), (), ())
    card = dialog(
        Field("owner", "Owner", hint="You, if left empty"),
        Field("day", "Day", Kind.DAY),
        Field("other", "Other"),
        errors={"owner": fault, "day": bare, "": loose, "gone": loose},
    )
    shown = [(one.get("text") or one["id"], one.get("color")) for one in card["body"]]
    assert shown == [
        ("Please look again: Owner, Day.", "Attention"),
        ("All of it.", "Attention"),
        ("All of it.", "Attention"),
        ("Choose how it came in.", None),
        ("Nothing is stored yet.", None),
        (f"{FIELD}owner", None),
        ("You, if left empty", None),
        ("I find nobody called “bob”.", "Attention"),
        (f"{FIELD}day", None),
        ("Please give a day.", "Attention"),
        (f"{FIELD}other", None),
    ]


def test_what_is_too_much_for_a_dialog_gives_way_in_words() -> None:
    people = tuple(Option(f"handle-{number}", "Name " * 10) for number in range(400))
    card = dialog(
        Field("to", "To", Kind.CHOICE, "handle-399", options=people), Field("why", "Why", Kind.TEXT, "y")
    )
    to, why = (one for one in card["body"] if one["type"].startswith("Input."))
    assert to["value"] == "handle-399"
    assert 100 < len(to["choices"]) < 400
    assert why["value"] == "y"
    assert any(one.get("text") == "Not every choice fits in here." for one in card["body"])
    long = dialog(*(Field(f"f{number}", "F", Kind.TEXT, "ß" * 3000, longest=3000) for number in range(4)))
    assert any(one.get("text") == "This was too long to fit." for one in long["body"])
