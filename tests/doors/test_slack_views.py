"""Modals and App Homes: whatever a form or a reply holds, Slack takes it, and shows what stands in it."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.inputs import block_for, name_of
from bot.layout import Items, Paragraph, Quote, Said
from bot.views import TooLong, errors, form_view, home_view, in_a_line, kept_view, notice_view
from handlers.asking import Choice
from handlers.form import Field, Form, Kind, Option
from tests.doors.fake_views import FakeViews, texts, unfit

CHANNELS = (Option("call", "Call"), Option("email", "E-mail"))
FIELDS = (
    Field("channel", "How it came in", Kind.CHOICE, "call", options=CHANNELS, redraws=True),
    Field("customer", "From", hint="The customer’s name"),
    Field("subject", "About", Kind.TEXT, "A permit\nfor a tree", optional=True, longest=1000),
    Field("day", "Received on", Kind.DAY, "2026-03-02", redraws=True),
    Field("time", "Received at", Kind.TIME, "08:40", redraws=True),
    Field("owner", "Owner", Kind.CHOICE, optional=True),
)
FORM = Form("log", "message:slack:C1:1.2", "Log an inquiry", "Log it", FIELDS)
PREVIEW = Said(
    "Log an inquiry", (Paragraph("A call."),), (("Acknowledge", "today"), ("Answer", "Thu")), ("CST",)
)

text = st.text(max_size=40) | st.builds(
    lambda one, times: one * times, st.text(min_size=1), st.integers(1, 900)
)
names = st.lists(st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True), min_size=1, max_size=12, unique=True)
fields = st.builds(
    Field,
    name=st.just("x"),
    label=text,
    kind=st.sampled_from(Kind),
    value=text | st.sampled_from(["2026-03-02", "2026-02-30", "20260302", "08:40", "24:00", "8:4", "٠٨:٤٠"]),
    hint=text,
    optional=st.booleans(),
    options=st.lists(st.builds(Option, text, text), max_size=130).map(tuple),
    redraws=st.booleans(),
    longest=st.integers(-5, 5000),
)
paragraphs = st.builds(Paragraph, text.filter(bool))
saids = st.builds(
    Said,
    title=text,
    body=st.lists(paragraphs | st.builds(lambda t: Items((t,)), text), max_size=30).map(tuple),
    fields=st.lists(st.tuples(text, text), max_size=20).map(tuple),
    note=st.lists(text.filter(bool), max_size=5).map(tuple),
)
choices = st.lists(st.builds(Choice, text.filter(bool), text.filter(bool)), max_size=120)


@st.composite
def forms(draw):
    named = [replace(draw(fields), name=name) for name in draw(names)]
    name, about, title = st.sampled_from(["log", "ack"]), st.text(max_size=200), st.text(max_size=24)
    return Form(draw(name), draw(about), draw(title), draw(title), tuple(named))


@settings(max_examples=60, deadline=None)
@given(forms(), saids, st.lists(saids, max_size=4), text)
def test_whatever_a_form_holds_slack_takes_the_modal_and_gives_it_back(form, said, faults, words):
    view = form_view(form, said, words=words, home="home 2", faults=faults)
    assert unfit(view) == ""
    kept = json.loads(view["private_metadata"])
    assert (kept["form"], kept.get("about", ""), kept["home"]) == (form.name, form.about, "home 2")
    inputs = [one for one in view["blocks"] if one["type"] == "input"]
    assert [one["block_id"] for one in inputs] == [one.name for one in form.fields]
    again = kept_view({**view, "id": "V1"}, {one.name: one.value for one in form.fields}, said)
    assert unfit(again) == ""
    assert [one for one in again["blocks"] if one["type"] == "input"] == inputs


@settings(max_examples=60, deadline=None)
@given(saids.filter(lambda said: said.title.strip() or said.body), choices)
def test_whatever_a_reply_holds_slack_takes_it_as_a_notice_and_as_a_home(said, offered):
    assert unfit(notice_view(said, offered)) == ""
    assert unfit(home_view(said, offered, "home 3")) == ""
    assert home_view(said, offered, "home 3")["private_metadata"] == '{"home": "home 3"}'


def test_a_form_shows_what_it_is_about_then_its_fields_with_the_preview_below_what_redraws_it():
    view = form_view(FORM, PREVIEW, words="inquiry log")
    kinds = [(one["type"], one.get("block_id")) for one in view["blocks"]]
    above, first = [("section", None)], ["channel", "customer", "subject", "day", "time"]
    inputs = [("input", name) for name in first]
    assert kinds == [*above, *inputs, ("section", None), ("input", "owner"), ("context", None)]
    assert "A call." in texts(view["blocks"][0])
    assert "*Acknowledge*\ntoday" in texts(view["blocks"][6])
    assert view["private_metadata"] == (
        '{"form": "log", "about": "message:slack:C1:1.2", "words": "inquiry log"}'
    )
    assert (view["title"]["text"], view["submit"]["text"]) == ("Log an inquiry", "Log it")
    shown = {one["block_id"]: one for one in view["blocks"] if one["type"] == "input"}
    assert shown["channel"]["element"] == {
        "type": "static_select",
        "action_id": "fill",
        "options": [option("Call", "call"), option("E-mail", "email")],
        "initial_option": option("Call", "call"),
    }
    assert shown["subject"]["element"] == {
        "type": "plain_text_input", "action_id": "fill", "multiline": True, "max_length": 1000,
        "initial_value": "A permit\nfor a tree",
    }  # fmt: skip
    assert shown["day"]["element"] == {
        "type": "datepicker", "action_id": "fill", "initial_date": "2026-03-02",
    }  # fmt: skip
    assert shown["time"]["element"]["initial_time"] == "08:40"
    # A menu of nothing is typed.
    assert shown["owner"]["element"]["type"] == "plain_text_input"
    assert [one["dispatch_action"] for one in shown.values()] == [True, False, False, True, True, False]
    assert [one["optional"] for one in shown.values()] == [False, False, True, False, False, True]
    assert shown["customer"]["hint"]["text"] == "The customer’s name"


def option(label, value):
    return {"text": {"type": "plain_text", "text": label, "emoji": False}, "value": value}


def test_a_title_of_its_own_stands_above_the_form_and_without_redrawing_the_preview_comes_first():
    quiet = replace(FORM, fields=tuple(replace(one, redraws=False) for one in FIELDS))
    view = form_view(quiet, replace(PREVIEW, title="INQ-7: a permit"))
    assert [one["type"] for one in view["blocks"][:4]] == ["header", "section", "section", "input"]


def test_what_is_too_long_is_cut_and_what_it_is_about_never_is():
    long = Field("said", "Said", Kind.TEXT, "🌲" * 2000, longest=5000)
    many = Field("to", "To", Kind.CHOICE, "99", options=tuple(Option(str(n), "n" * 90) for n in range(150)))
    view = form_view(replace(FORM, fields=(long, many)), PREVIEW, words="w" * 2000)
    said, to = (one["element"] for one in view["blocks"] if one["type"] == "input")
    assert (said["max_length"], said["initial_value"]) == (3000, "🌲" * 1499 + "…")
    assert (len(to["options"]), len(to["options"][0]["text"]["text"])) == (100, 75)
    assert to["initial_option"]["value"] == "99"
    assert len(json.loads(view["private_metadata"])["words"]) == 300
    with pytest.raises(TooLong):
        form_view(replace(FORM, about="x" * 3000), PREVIEW)


@pytest.mark.parametrize(
    ("field", "value"),
    [("channel", "fax"), ("day", "2026-02-30"), ("day", "20260302"), ("time", "24:00"), ("time", "8:40")],
)
def test_a_value_that_slack_would_not_show_is_left_out(field, value):
    [one] = [one for one in FIELDS if one.name == field]
    view = form_view(replace(FORM, fields=(replace(one, value=value),)), PREVIEW)
    [shown] = [one for one in view["blocks"] if one["type"] == "input"]
    assert not any(key.startswith("initial") for key in shown["element"])
    assert unfit(view) == ""


def redrawn(slack, view, form):
    """The form drawn anew over what stands in it."""
    values = slack.views[view]["state"]["values"]
    given = {name_of(block): _typed(said["fill"]) for block, said in values.items()}
    ids = {name_of(block): block for block in values}
    assert slack.update({"view_id": view, "view": form_view(form, PREVIEW, values=given, ids=ids)})["ok"]
    found = slack.views[view]
    return {name_of(block): _typed(said["fill"]) for block, said in found["state"]["values"].items()}


def _typed(element):
    picked = element.get("selected_option")
    said = picked["value"] if picked else None
    return said or element.get("value") or element.get("selected_date") or element.get("selected_time") or ""


def test_what_was_typed_stays_and_what_was_changed_for_the_person_is_shown():
    slack = FakeViews()
    slack.open({"trigger_id": "1", "view": form_view(FORM, PREVIEW)})
    [view] = slack.views
    slack.fill(view, customer="  Jane   Doe ", channel="email", subject="")
    typed = {"channel": "email", "customer": "Jane Doe", "subject": ""}
    form = replace(FORM, fields=tuple(replace(one, value=typed.get(one.name, one.value)) for one in FIELDS))
    found = redrawn(slack, view, form)
    assert (found["channel"], found["customer"], found["subject"]) == ("email", "  Jane   Doe ", "")
    later = tuple(replace(one, value="2026-03-04") if one.name == "day" else one for one in form.fields)
    assert redrawn(slack, view, replace(form, fields=later))["day"] == "2026-03-04"
    assert "day#1" in slack.views[view]["state"]["values"]
    last = tuple(replace(one, value="2026-03-05") if one.name == "day" else one for one in form.fields)
    assert redrawn(slack, view, replace(form, fields=last))["day"] == "2026-03-05"
    assert "day#2" in slack.views[view]["state"]["values"]


def test_a_choice_that_is_offered_no_more_begins_anew():
    field = Field("to", "To", Kind.CHOICE, "lee", options=(Option("dana", "Dana"),))
    assert block_for(field, {"to": "lee"}, {"to": "to"}) == "to#1"
    assert block_for(field, {"to": "lee"}, {"to": "to#x"}) == "to#1"
    assert block_for(replace(field, value="dana"), {"to": "dana"}, {"to": "to#7"}) == "to#7"
    assert block_for(field, {}, {}) == "to"


def test_an_error_stands_beside_its_field_and_one_of_all_of_it_beside_the_first():
    ids = {"channel": "channel", "day": "day#3"}
    said = {"day": "I cannot read that day.", "": "It is closed by now.", "gone": "No such field."}
    assert errors(FORM, said, ids) == {
        "day#3": "I cannot read that day.",
        "channel": "It is closed by now. No such field.",
    }
    assert errors(FORM, {"": "x" * 2000}, {}) == {"channel": "x" * 1000}


def test_a_refusal_reads_as_a_sentence():
    said = Said(
        "No such person", (Paragraph("I find no\n“x”."), Items(("dana", "lee")), Quote(("q",))), (), ()
    )
    assert in_a_line(said) == "No such person. I find no “x”. dana. lee. q."
    assert in_a_line(Said("", (), (), ())) == "…"


def test_a_form_is_kept_with_what_stands_in_it_when_something_goes_wrong():
    slack = FakeViews()
    slack.open({"trigger_id": "1", "view": form_view(FORM, PREVIEW)})
    [view] = slack.views
    fault = Said("Something <went> wrong", (Paragraph("Nothing was stored."),), (), ())
    values = {"customer": "Jane", "channel": "email", "day": "2026-03-04", "time": "", "subject": "a\nb"}
    kept = kept_view(slack.views[view], values, fault)
    twice = kept_view({**kept, "id": view}, values, fault)
    assert kept == twice
    assert texts(kept).startswith("Log an inquiry")
    assert [texts(one) for one in kept["blocks"][:2]] == [
        "*Something &lt;went&gt; wrong*",
        "Nothing was stored.",
    ]
    elements = {one["block_id"]: one["element"] for one in kept["blocks"] if one["type"] == "input"}
    assert elements["channel"]["initial_option"]["value"] == "email"
    assert elements["subject"]["initial_value"] == "a\nb"
    assert (elements["day"]["initial_date"], "initial_time" in elements["time"]) == ("2026-03-04", False)
    assert kept["private_metadata"] == slack.views[view]["private_metadata"]


def test_a_notice_has_its_whole_title_and_its_buttons():
    short = notice_view(Said("Answered already", (Paragraph("By Lee."),), (), ()), [Choice("Show", "x")])
    assert (short["title"]["text"], [one["type"] for one in short["blocks"]]) == (
        "Answered already",
        ["section", "actions"],
    )
    long = notice_view(Said("INQ-7 was answered already by Lee Park", (), (), ()))
    assert long["title"]["text"] == "INQ-7 was answered alre…"
    assert texts(long["blocks"]) == "INQ-7 was answered already by Lee Park"
    assert "submit" not in long
    assert notice_view(Said("Working on it", (), (), ()))["blocks"]


def test_a_home_has_up_to_a_hundred_buttons_and_counts_the_lines_left_out():
    many = [Choice(f"Show {number}", f"inquiry show INQ-{number}") for number in range(120)]
    lines = tuple(Paragraph(f"line {number}") for number in range(300))
    home = home_view(Said("Home", lines, (), ()), many, "home")
    assert unfit(home) == ""
    rows = [one["elements"] for one in home["blocks"] if one["type"] == "actions"]
    assert [len(row) for row in rows] == [25, 25, 25, 25]
    assert [one["action_id"] for row in rows for one in row] == [f"say:{number}" for number in range(100)]
    counted = re.search(r"(\d+) more lines are left out", texts(home))
    assert counted
    assert texts(home).count("line ") + int(counted[1]) == 300
