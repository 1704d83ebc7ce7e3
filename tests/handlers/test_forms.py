"""Forms: what opens them, what stands in them, what they do, and what is said beside a field."""

import pytest

from handlers.answering import answer
from handlers.asking import Ask, Reply
from handlers.commands import COMMANDS
from handlers.form import NAMES, TITLE, Filling, Kind, Step
from handlers.forms import FORMS, opens
from models.absence import Absence
from models.inbox import Heard
from models.inquiry import Deadline, Inquiry, State
from models.preference import Preference
from models.staff import Address
from tests.handlers.conftest import Conversation

JANE = {"channel": "call", "customer": "Jane Doe", "phone": "608-555-0133", "subject": "a permit"}
LOG = "inquiry log call from Jane Doe about a permit"


def held(reply: Reply) -> dict[str, str]:
    assert reply.form is not None
    return {one.name: one.value for one in reply.form.fields}


def test_each_form_is_in_the_table_under_its_name_and_does_a_command() -> None:
    assert tuple(FORMS) == NAMES
    assert {one.command for one in FORMS.values()} <= {one.words for one in COMMANDS}


@pytest.mark.parametrize(
    ("words", "form", "about"),
    [
        ("inquiry log", "log", ""),
        ("/inquiry log", "log", ""),
        ("log", "log", ""),
        ("inquiry ack INQ-7", "ack", "INQ-7"),
        ("inquiry ack 7", "ack", "INQ-7"),
        ("inquiry ack INQ-7 by", "ack", "INQ-7"),
        ("inquiry close #7", "close", "INQ-7"),
        ("inquiry assign INQ-7 to", "assign", "INQ-7"),
        ("inquiry extend INQ-7", "extend", "INQ-7"),
        ("away from", "away", ""),
        ("form answer INQ-7", "answer", "INQ-7"),
        ("form prefer", "prefer", ""),
        ("inquiry form ack inq-7", "ack", "INQ-7"),
        ("form log draft", "log", "draft"),
    ],
)
def test_words_that_lack_what_a_form_asks_for_open_it(words: str, form: str, about: str) -> None:
    assert opens(words) == Filling(form, about)


@pytest.mark.parametrize(
    "words",
    [
        "inquiry log call from Jane about tax", "inquiry ack INQ-7 by Thu", "inquiry answer INQ-7",
        "help log", "inquiry ack", "form", "form ack", "form log INQ-7", "form none",
        "away", "home", "show INQ-7", "inquiry prefer", "hello", "", "inquiry assign INQ-7 to lee",
    ],
)  # fmt: skip
def test_words_that_are_whole_or_no_command_open_none(words: str) -> None:
    assert opens(words) is None


def test_every_form_fits_what_slack_shows(talk: Conversation) -> None:
    talk.say(LOG)
    for name, kind in FORMS.items():
        drawn = talk.fill(name, "INQ-1" if kind.numbered else "", step=Step.OPEN)
        assert drawn.form is not None, name
        assert len(drawn.form.title) <= TITLE
        assert all(len(one.options) <= 100 for one in drawn.form.fields)
        assert all(one.options for one in drawn.form.fields if one.kind is Kind.CHOICE)
        known = [one for one in drawn.form.fields if one.kind is Kind.CHOICE and one.value]
        assert all(one.value in [option.value for option in one.options] for one in known)


def test_the_log_form_shows_both_due_dates_before_anything_is_stored(talk: Conversation) -> None:
    opened = talk.fill("log", step=Step.OPEN)
    assert opened.facts["clocks"] is None
    assert held(opened)["received_day"] == "2026-03-02"
    assert held(opened)["received_time"] == "09:00"
    looked = talk.fill(
        "log", step=Step.LOOK, channel="call", received_day="2026-02-27", received_time="10:30"
    )
    said = talk.say(LOG + " received 2026-02-27 10:30")
    assert looked.facts["clocks"][0]["due"] == said.facts["next"]["due"]
    assert looked.facts["clocks"][0]["aim"] == said.facts["next"]["aim"]
    assert len(talk.rows(Inquiry)) == 1


def test_what_stands_in_a_form_stays_when_it_is_looked_at_anew(talk: Conversation) -> None:
    looked = talk.fill("log", step=Step.LOOK, **JANE, owner="lee", received_day="2026-03-02")
    assert held(looked) | JANE == held(looked)
    assert held(looked)["owner"] == "lee"


def test_a_filled_form_logs_what_the_words_would(talk: Conversation) -> None:
    by_words = talk.say("inquiry log call from Jane Doe 608-555-0133 about a permit")
    by_form = talk.fill("log", **JANE)
    different = {"number"}
    assert by_form.template == "inquiry_logged"
    same = set(by_words.facts) - different
    assert {one: by_form.facts[one] for one in same} == {one: by_words.facts[one] for one in same}
    assert by_form.facts["number"] == "INQ-2"


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({}, {"channel", "customer", "subject"}),
        ({"channel": "pigeon"}, {"channel", "customer", "subject"}),
        (JANE | {"phone": "soon"}, {"phone"}),
        (JANE | {"email": "jane"}, {"email"}),
        (JANE | {"received_day": "2026-03-03", "received_time": "10:00"}, {"received_time"}),
        (JANE | {"needed_day": "2026-02-01"}, {"needed_day"}),
        (JANE | {"owner": "nobody"}, {"owner"}),
    ],
)
def test_each_fault_stands_beside_its_field_and_nothing_is_stored(
    talk: Conversation, values: dict[str, str], faults: set[str]
) -> None:
    reply = talk.fill("log", **values)
    assert set(reply.errors) == faults
    assert held(reply) | {
        name: value for name, value in values.items() if name not in ("channel", "owner")
    } == held(reply)
    assert not talk.rows(Inquiry)


def test_a_form_with_a_fault_may_be_sent_again_under_the_same_key(talk: Conversation) -> None:
    def send(values: dict[str, str]) -> Reply:
        filling = Filling("log", "", values, Step.SUBMIT)
        ask = Ask(Address("terminal", "", "dana"), "form log", talk.now, key="view:1", filling=filling)
        return answer(ask, talk.house)

    assert send({}).errors
    assert not talk.rows(Heard)
    logged = send(JANE)
    assert logged.template == "inquiry_logged"
    assert send(JANE).facts == logged.facts
    assert len(talk.rows(Inquiry)) == 1


def test_a_shared_message_is_logged_once_and_its_thread_hears_the_number(talk: Conversation) -> None:
    about = "message:terminal:C1:1772460000.000100"
    opened = talk.fill("log", about, step=Step.OPEN, received="2026-03-02T14:10:00+00:00", channel="chat",
                       customer="Jo Ann", subject="When is my permit ready?")  # fmt: skip
    assert held(opened)["received_time"] == "08:10"
    assert talk.fill("log", about, **held(opened)).facts["number"] == "INQ-1"
    again = talk.fill("log", about, who="lee", step=Step.OPEN)
    assert (again.template, again.facts["number"], again.form) == ("logged_already", "INQ-1", None)
    assert talk.fill("log", about, who="lee", **held(opened)).template == "logged_already"
    thread = [one for one in talk.owed() if one.kind == "thread"]
    assert [(one.recipient, one.facts) for one in thread] == [
        ("terminal::thread:C1:1772460000.000100", {"number": "INQ-1"})
    ]


def test_another_department_learns_only_the_number_of_a_message_that_is_logged(talk: Conversation) -> None:
    talk.fill("log", "message:terminal:C1:1.2", **JANE)
    seen = talk.fill("log", "message:terminal:C1:1.2", who="kim", step=Step.OPEN)
    assert seen.template == "logged_already"
    assert (seen.facts["by"], seen.facts["owner"], seen.choices) == (None, None, ())


def test_the_form_to_acknowledge_offers_times_and_takes_the_one_that_stands_in_it(talk: Conversation) -> None:
    talk.say(LOG)
    drawn = talk.fill("ack", "INQ-1", step=Step.OPEN)
    said = talk.fill("ack", "INQ-1", **held(drawn) | {"said": "We look into it"})
    assert said.template == "inquiry_acknowledged"
    assert [one.state for one in talk.rows(Inquiry)] == [State.ACKNOWLEDGED]
    assert talk.say("show INQ-1").facts["events"][-1]["said"] == "We look into it"


def test_another_day_may_be_promised_than_those_offered(talk: Conversation) -> None:
    talk.say(LOG)
    said = talk.fill("ack", "INQ-1", by="other", by_day="2026-03-05", by_time="15:00")
    assert said.facts["promised"] == "2026-03-05T21:00:00+00:00"  # Thursday, CST


@pytest.mark.parametrize("values", [{}, {"by": "other"}, {"by_day": "2026-02-01"}, {"by_day": "soon"}])
def test_an_acknowledgement_asks_for_a_time_ahead(talk: Conversation, values: dict[str, str]) -> None:
    talk.say(LOG)
    assert set(talk.fill("ack", "INQ-1", **values).errors) == {"by_day"}
    assert [one.state for one in talk.rows(Inquiry)] == [State.OPEN]


def test_an_answer_keeps_what_the_customer_was_told_by_form_and_by_words(talk: Conversation) -> None:
    talk.say(LOG)
    talk.say(LOG)
    assert talk.fill("answer", "INQ-1", said="It is in the mail").template == "inquiry_answered"
    assert talk.say('inquiry answer INQ-2 "It is in the mail"').template == "inquiry_answered"
    assert talk.say("inquiry answer INQ-2 in the mail").template == "already_answered"
    for number in ("INQ-1", "INQ-2"):
        assert talk.say(f"show {number}").facts["events"][-1]["said"] == "It is in the mail"


def test_closing_needs_its_resolution(talk: Conversation) -> None:
    talk.say(LOG)
    assert set(talk.fill("close", "INQ-1", resolution=" ").errors) == {"resolution"}
    assert talk.fill("close", "INQ-1", resolution="Sent the form").facts["resolution"] == "Sent the form"


def test_a_form_about_what_is_closed_by_now_says_since_when_and_by_whom(talk: Conversation) -> None:
    talk.say(LOG)
    drawn = talk.fill("ack", "INQ-1", step=Step.OPEN)
    talk.say('close INQ-1 "Done"', by="lee")
    for step in (Step.OPEN, Step.SUBMIT):
        late = talk.fill("ack", "INQ-1", step=step, **held(drawn))
        assert (late.template, late.form, late.facts["by"]) == ("already_closed", None, "Lee Okafor")


def test_more_time_is_taken_or_asked_for(talk: Conversation) -> None:
    talk.say(LOG)
    drawn = talk.fill("extend", "INQ-1", step=Step.OPEN)
    assert drawn.facts["asks"] == "Sam Castellano"
    assert set(talk.fill("extend", "INQ-1").errors) >= {"reason"}
    asked = talk.fill("extend", "INQ-1", reason="waiting for the archive", until_day="2026-03-12")
    assert asked.template == "extension_asked"
    early = talk.fill("extend", "INQ-1", reason="waiting", until_day="2026-03-02", until_time="10:00")
    assert set(early.errors) == {"until_day"}


def test_an_inquiry_is_handed_to_who_is_chosen_or_named(talk: Conversation) -> None:
    talk.say(LOG)
    drawn = talk.fill("assign", "INQ-1", step=Step.OPEN)
    assert drawn.form is not None
    assert "lee" in [one.value for one in drawn.form.fields[0].options]
    assert set(talk.fill("assign", "INQ-1").errors) == {"someone"}
    assert set(talk.fill("assign", "INQ-1", someone="nobody").errors) == {"someone"}
    assert set(talk.fill("assign", "INQ-1", to="dana").errors) == {"to"}
    assert talk.fill("assign", "INQ-1", to="lee").facts["owner"]["handle"] == "lee"


def test_an_absence_is_planned_and_may_take_the_place_of_another(talk: Conversation) -> None:
    assert "replaces" not in held(talk.fill("away", step=Step.OPEN))
    planned = talk.fill("away", first="2026-03-09", last="2026-03-13", alternate="lee")
    assert (planned.template, planned.facts["alternate"]["handle"]) == ("away_planned", "lee")
    clash = talk.fill("away", first="2026-03-12")
    assert set(clash.errors) == {"first"}
    assert "replaces" in held(clash)
    assert talk.fill("away", first="2026-03-12", replaces="instead").template == "away_planned"
    assert len([one for one in talk.rows(Absence) if one.ended_at is None]) == 1
    assert set(talk.fill("away", first="2026-04-09", last="2026-04-01").errors) == {"first"}
    assert set(talk.fill("away", first="2026-04-09", alternate="dana").errors) == {"alternate"}
    assert set(talk.fill("away").errors) == {"first"}


def test_preferences_are_stored_together(talk: Conversation) -> None:
    drawn = talk.fill("prefer", step=Step.OPEN)
    assert held(drawn) == {"reminders": "usual", "digest": "opening", "digest_time": "", "language": "usual"}
    said = talk.fill("prefer", reminders="2", digest="at", digest_time="08:30", language="es")
    assert (said.facts["hours"], said.facts["digest"]["at"], said.facts["language"]) == (
        2,
        "08:30",
        "español",
    )
    assert held(talk.fill("prefer", step=Step.OPEN))["digest_time"] == "08:30"
    assert set(talk.fill("prefer", digest="at").errors) == {"digest_time"}
    talk.fill("prefer", reminders="usual", digest="off", language="usual")
    (stored,) = talk.rows(Preference)
    assert (stored.lead_minutes, stored.digest_on, stored.language) == (None, False, None)


@pytest.mark.parametrize("name", [one.name for one in FORMS.values() if one.numbered])
@pytest.mark.parametrize("step", list(Step))
def test_a_form_about_another_departments_inquiry_reads_as_one_about_none(
    talk: Conversation, name: str, step: Step
) -> None:
    talk.say(LOG)
    theirs = talk.fill(name, "INQ-1", who="kim", step=step, said="x", resolution="x", reason="x", to="kim")
    none = talk.fill(name, "INQ-9", who="kim", step=step, said="x", resolution="x", reason="x", to="kim")
    assert theirs.template == none.template == "unknown_inquiry"
    assert set(theirs.facts) == {"given"}


@pytest.mark.parametrize("about", ["", "INQ-0", "INQ-99999999999", "staff:1", "message:x", "'; drop"])
def test_an_edited_mark_finds_nothing(talk: Conversation, about: str) -> None:
    for step in Step:
        assert talk.fill("ack", about, step=step).template in ("unknown_inquiry", "missing_piece")
    assert not talk.rows(Deadline)


def test_a_form_that_there_is_not_is_not_understood(talk: Conversation) -> None:
    assert talk.fill("delete").template == "not_understood"


def test_a_time_of_ones_own_beside_one_that_is_offered_is_asked_about(talk: Conversation) -> None:
    talk.say(LOG)
    drawn = held(talk.fill("ack", "INQ-1", step=Step.OPEN))
    clash = talk.fill("ack", "INQ-1", **drawn | {"by_day": "2026-03-05"})
    assert set(clash.errors) == {"by"}
    assert set(talk.fill("ack", "INQ-1", **drawn | {"by_time": "10:00"}).errors) == {"by_day"}
    assert set(talk.fill("extend", "INQ-1", reason="x", until_time="10:00").errors) == {"until_day"}
    assert set(talk.fill("assign", "INQ-1", to="lee", someone="sam").errors) == {"someone"}
    assert set(talk.fill("prefer", digest="opening", digest_time="07:15").errors) == {"digest_time"}
    assert [one.state for one in talk.rows(Inquiry)] == [State.OPEN]


def test_more_than_a_number_in_the_phone_field_is_asked_about(talk: Conversation) -> None:
    reply = talk.fill("log", **JANE | {"phone": "608-555-0133 or 608-555-0199, mornings"})
    assert set(reply.errors) == {"phone"}


def test_who_is_named_stays_in_a_menu_that_does_not_offer_them(talk: Conversation) -> None:
    drawn = talk.fill("log", step=Step.LOOK, owner="Lee Okafor")
    assert held(drawn)["owner"] == "Lee Okafor"


def test_two_who_log_one_message_at_once_log_it_once(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = "message:terminal:C1:1.2"
    talk.fill("log", about, **JANE)
    looks = iter([None])
    from handlers import form_log

    found = form_log.from_source
    # The first look, before the other has committed, finds nothing.
    monkeypatch.setattr(form_log, "from_source", lambda db, source: next(looks, found(db, source)))
    assert talk.fill("log", about, who="lee", **JANE).template == "logged_already"
    assert len(talk.rows(Inquiry)) == 1
