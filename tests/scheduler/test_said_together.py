"""What a letter of several words says, and its buttons: legible, true, and within the platforms' limits."""

import pytest

from bot.assemble import TEMPLATES
from bot.blocks import BUTTONS, to_blocks
from bot.cards import to_card
from bot.layout import left_out
from bot.plain import to_text
from bot.voice import Voice
from handlers.asking import Choice
from models.claiming import TOGETHER
from models.outbox import Owed, Sending
from scheduler.bundling import letter_of
from tests.doors.reminders_told import BASE, DUE, OWNER, UNTIL, clock
from tests.messaged import Messaged, buttons

VOICES = {one: Voice(TEMPLATES, one, "America/Chicago", str) for one in ("plain", "slack", "teams")}
LABELS = ("Acknowledge", "Answered", "Pause", "Hand over", "Snooze 1 hour", "Show")
VERBS = ("ack", "answer", "pause", "assign", "snooze", "show")


def item(number, template="due_now", **more):
    facts = {**BASE, "customer": "Jane Doe", "subject": "a permit", "owner": {**OWNER, "name": "Dana"}}
    return {**facts, "number": f"INQ-{number}", "template": template, "next": clock("answer"), **more}


def asked(number, **more):
    mine = {"about": None, "snoozed": False, "asked_at": DUE, "despite_quiet": False}
    found = item(number, "asked_reminder", **mine, **more)
    return {key: value for key, value in found.items() if key not in ("covering_for", "mailbox", "point")}


def text(items, more=0):
    return to_text(VOICES["plain"].say("reminders", {"items": items, "more": more}), width=500)


def test_what_follows_in_another_message_is_counted_and_named():
    said = text([item(number) for number in range(20)], more=1)
    assert said.startswith("21 inquiries need you\n")
    assert said.endswith("and 1 more, in another message")
    assert "more" not in text([item(1), item(2)])


def test_a_letter_has_a_group_for_each_kind_of_word():
    said = text(
        [
            item(1, "late", next=clock("answer", "overdue")),
            item(2),
            item(3, "due_soon", point="before"),
            item(4, "due_soon", point="half", next={**clock("answer"), "due": UNTIL}),
            item(5, "due_soon", point="leaving", covers_then="Lee"),
            asked(6, paused=None, next=None),
            asked(7, paused={"since": DUE, "reason": "the form"}),
        ]
    )
    tuesday = "Tue 2026-03-03 17:00 CST (answer; 5)."
    assert said.split("\n\n")[1:-1] == [
        "Past due",
        f"  - INQ-1 Jane Doe, a permit: due since {tuesday}",
        "Due now",
        f"  - INQ-2 Jane Doe, a permit: due {tuesday}",
        "Due soon",
        f"  - INQ-3 Jane Doe, a permit: due {tuesday}",
        "Later",
        "  - INQ-4 Jane Doe, a permit: due Tue 2026-03-10 17:00 CDT (answer; 5). Half of the time has gone."
        f"\n  - INQ-5 Jane Doe, a permit: due {tuesday} It falls due while you are away; Lee covers.",
        "As you asked",
        "  - INQ-6 Jane Doe, a permit."
        f"\n  - INQ-7 Jane Doe, a permit: due {tuesday} "
        "It is paused since Tue 2026-03-03 17:00 CST: the form.",
    ]
    assert "*Past due*" in str(VOICES["slack"].say("reminders", {"items": [item(1, "late"), item(2)]}).body)


def test_why_a_reminder_was_asked_for_is_said():
    note = {**asked(1), "about": "bring the map"}
    assert "Your note: bring the map." in text([note, item(2)])


def test_a_time_that_many_share_is_said_once():
    said = text([item(number) for number in range(4)])
    assert said.count("17:00") == 1
    assert "Due now: Tue 2026-03-03 17:00 CST\n\n  - INQ-0 Jane Doe, a permit (answer; 5).\n" in said
    assert "Past due since Tue 2026-03-03" in text([item(number, "late") for number in range(4)])
    assert text([item(number) for number in range(3)]).count("17:00") == 3
    other = item(4, next={**clock("answer"), "due": UNTIL})
    assert text([*(item(number) for number in range(4)), other]).count("17:00") == 5


@pytest.mark.parametrize(
    ("items", "sentence", "times"),
    [
        ([item(1, covering_for="Lee"), item(2, "late", covering_for="Lee")], "You cover for Lee.", 1),
        ([item(1, covering_for="Lee"), item(2)], "You cover for Lee.", 1),
        ([item(1, "overdue", covering_for="Sam")] * 2, "You are told in place of Sam.", 1),
        ([item(1, covering_for="Lee"), asked(2)], "You cover for Lee.", 1),
    ],
)
def test_for_whom_the_reader_has_it_is_said_once(items, sentence, times):
    assert text(items).count(sentence) == times
    one = len({row.get("covering_for") for row in items}) == 1
    assert (sentence in text(items).split("\n\n")) == one, "above the list, or in its line"


def test_a_mailbox_is_told_whose_it_was_and_what_to_do():
    said = text(
        [item(1, covering_for="Lee", mailbox=True), item(2, "overdue", covering_for="Lee", mailbox=True)]
    )
    assert said.count("These were meant for Lee; nobody was there to hear them.") == 1
    assert "cover" not in said
    assert said.count("say so in Replyby (/inquiry answer and the number), or pass this on") == 1
    apart = text([item(1, covering_for="Lee", mailbox=True), item(2, covering_for="Kim", mailbox=True)])
    assert [apart.count(f"It was meant for {name};") for name in ("Lee", "Kim")] == [1, 1]
    assert "Replyby" not in text([item(1, covering_for="Lee"), item(2)])


@pytest.mark.parametrize("template", ["due_soon", "due_now", "late", "overdue"])
def test_a_mailbox_is_told_of_one_inquiry_what_to_do(template):
    facts = item(7, template, covering_for="Lee", mailbox=True)
    said = to_text(VOICES["plain"].say(template, facts), width=500)
    assert "It was meant for Lee; nobody was there to hear it. Please answer the customer" in said
    assert said.count("(/inquiry answer INQ-7), or pass this on to a colleague who can.") == 1
    assert "Replyby" not in to_text(VOICES["plain"].say(template, {**facts, "mailbox": False}))


def test_names_in_a_list_are_cut_before_they_are_escaped():
    long = item(1, customer="A&B " * 60, subject="x" * 400)
    said = VOICES["slack"].say("reminders", {"items": [long, item(2)]})
    (line, _) = said.body[1].items
    customer, subject = line.partition(": due")[0].removeprefix("*INQ-1* ").split(", ")
    assert (customer[:14], customer[-8:]) == ("A&amp;B A&amp;", "A&amp;B…")
    assert subject == "x" * 79 + "…"


def words(number):
    """A row about one inquiry, with buttons."""
    named = f"INQ-{1000000 + number}"
    choices = [
        {"label": label, "words": f"inquiry {verb} {named}"}
        for label, verb in zip(LABELS, VERBS, strict=True)
    ]
    facts = item(1000000 + number, customer="Jane " * 50, subject="permit & " * 40)
    del facts["template"]
    return Owed(id=number, key=str(number), template="due_now", facts=facts, choices=choices)


@pytest.mark.parametrize(
    ("inquiries", "each"),
    [
        (2, list(LABELS)),
        (3, list(LABELS)),
        (4, ["Acknowledge", "Answered", "Show"]),
        (6, ["Acknowledge", "Answered", "Show"]),
        (7, ["Show"]),
        (TOGETHER, ["Show"]),
    ],
)
def test_each_inquiry_has_as_many_buttons_as_there_is_room_for(inquiries, each):
    # A second word about an inquiry brings no second button.
    rows = [words(number % inquiries) for number in range(min(inquiries + 1, TOGETHER))]
    template, facts, choices = letter_of(rows)
    for row in rows:
        number = row.facts["number"]
        labels = [one["label"] for one in choices if number in one["label"]]
        assert labels == [f"Show {number}" if one == "Show" else f"{number}: {one}" for one in each]
    assert len(choices) == inquiries * len(each) <= BUTTONS
    offered = [Choice(one["label"], one["words"]) for one in choices]
    for language in ("en", "es"):
        blocks = to_blocks(VOICES["slack"].say(template, facts, language), offered)
        assert len(blocks[-1]["elements"]) == len(choices)
        card = to_card(VOICES["teams"].say(template, facts, language), offered)
        assert sum(len(one.get("actions", ())) for one in card["body"]) == len(choices)
        assert left_out(2, language)[-12:] not in str(blocks) + str(card), "every line is there"


def test_reminders_that_were_asked_for_the_same_time_are_one_message_and_are_edited_in_it(either):
    sent = Messaged(either)
    for customer in ("Jane Doe", "Bo Diaz"):
        either.say("dana", f"inquiry log email from {customer} about a permit")
    either.say("dana", "inquiry remind me of INQ-1 Tue 9:00 about the map")
    either.say("dana", "inquiry remind me of INQ-2 Tue 9:00")
    sent.round("Tuesday 2026-03-03 09:00")
    (letter,) = sent.slack.said
    assert [(one["template"], one["number"]) for one in letter.facts["items"]] == [
        ("asked_reminder", "INQ-1"), ("asked_reminder", "INQ-2"),
    ]  # fmt: skip
    assert "INQ-1: Answered" in buttons(letter)
    assert len({row.bundle for row in either.owed(Sending.SENT) if row.kind == "asked"}) == 1
    sent.say("inquiry answer INQ-1", at="Tuesday 2026-03-03 09:30")
    (edit,) = sent.round()
    assert [(one["number"], one["what"]) for one in edit.facts["since"]] == [("INQ-1", "answered")]
    assert [label for label in buttons(edit) if "INQ-1" in label] == ["Show INQ-1"]
    assert "INQ-2: Answered" in buttons(edit)


def test_what_has_happened_to_an_inquiry_is_told_once_of_two_words_about_it(office):
    sent = Messaged(office)
    office.say("dana", "inquiry log email from Jane Doe about a permit")
    office.say("dana", "inquiry remind me of INQ-1 Tue 13:00")
    sent.round("Tuesday 2026-03-03 13:00")
    assert [len(letter.facts["items"]) for letter in sent.slack.said] == [2]
    sent.say("inquiry answer INQ-1", at="Tuesday 2026-03-03 13:30")
    (edit,) = sent.round()
    assert [one["what"] for one in edit.facts["since"]] == ["answered"]
    assert buttons(edit) == ["Show INQ-1"]
