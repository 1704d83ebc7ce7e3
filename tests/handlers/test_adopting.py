"""Adopting a standard from a day on, and taking a plan back (R7, R9)."""

from threading import Thread

import pytest
from sqlalchemy import text
from sqlmodel import select

from handlers.asking import House
from models.adopting import Adoption, adopt, own_rules, standard_for
from models.agency_file import read_agency
from models.count import Count
from models.inquiry import Deadline
from models.migrating import migrate
from models.outbox import Owed, Sending
from models.seeding import seed
from models.staff import Department
from models.standard import load_standard
from models.store import Store
from tests.handlers.at_the_desk import VOICES, Desk, counts, spoken
from tests.handlers.conftest import DEMO, MORNING, Conversation


@pytest.fixture
def sam(talk):
    return Desk(talk)


def test_adopting_shows_what_changes_and_is_signed_and_dated(sam):
    reply = sam("/desk standard use San Jose")
    assert reply.template == "standard_adopted"
    assert counts(reply) == {
        "email": (["1 business day"], ["1 business day"]),
        "call": (["1 business day"], ["1 business day"]),
        "voicemail": (["1 business day"], ["1 business day"]),
        "walk-in": (["2 business days"], ["1 business day"]),
        "letter": (["1 week"], ["1 business day"]),
        "form": (["1 week"], ["1 business day"]),
        "chat": (["2 business days"], ["1 business day"]),
    }
    said = spoken(reply)
    assert "Chat: 2 business days (Replyby’s default) → 1 business day (R8)" in said
    assert "What is logged already keeps its deadlines." in said
    assert [one.words for one in reply.choices] == ["desk standard tell", "desk standard undo 2026-03-02"]
    facts = sam("/inquiry standard", by="dana").facts
    assert (facts["title"], facts["since"], facts["by"]) == (
        "Customer service guidelines", "2026-03-02", "Sam Castellano",
    )  # fmt: skip
    [row] = sam.talk.rows(Adoption)
    assert (row.version, row.base, row.rules, row.adopted_at) == (1, "san-jose", [], MORNING)


@pytest.mark.parametrize(
    "words",
    ["departmental", "file", "Departmental customer-service standard", "departmental from 2026-03-09"],
)
def test_what_holds_already_is_not_adopted_again(sam, words):
    assert sam(f"/desk standard use {words}").template == "standard_already"
    assert sam.talk.rows(Adoption) == []


def test_one_may_go_back_to_what_holds_before_a_plan_begins(sam):
    sam("/desk standard use san-jose from 2026-03-09")
    refused = sam("/desk standard use departmental")
    assert refused.template == "standard_already"
    assert [one.words for one in refused.choices] == ["desk standard undo 2026-03-09"]
    assert sam("/desk standard use departmental from 2026-03-16").template == "standard_adopted"


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("use", "standard_unknown"),
        ("use foo", "standard_unknown"),
        ("use /etc/passwd", "standard_unknown"),
        ("use ../standards/marion.toml", "standard_unknown"),
        ("use san-jose from 2026-02-27", "standard_past"),
        ("use san-jose from yesterday", "standard_past"),
        ("use san-jose from someday", "unreadable_time"),
        ("use san-jose from 2040-01-01", "beyond_calendar"),
        ("use san-jose for Permits", "standard_not_yours"),
        ("use san-jose for Parks", "standard_department"),
        ("set", "missing_piece"),
        ("set email", "missing_piece"),
        ("set 4 business hours", "missing_piece"),
        ("set fax 4 business hours", "standard_unread"),
        ("set email 300 days", "standard_unread"),
        ("set email 2 moons", "standard_unread"),
        ("set email 4 hours", "standard_which_hours"),
        ("set email 4 business hours from 2026-02-27", "standard_past"),
        ("drop", "standard_no_own_rule"),
        ("drop email", "standard_no_own_rule"),
        ("drop fax", "standard_unread"),
        ("undo", "standard_which_plan"),
        ("undo 2026-03-09", "standard_which_plan"),
        ("undo today", "standard_which_plan"),
        ("undo someday", "unreadable_time"),
        ("tell everybody", "too_many_words"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(sam, words, template):
    assert sam(f"/desk standard {words}").template == template
    assert sam.talk.rows(Adoption) == []
    assert sam.talk.owed() == []


def test_a_day_that_has_passed_is_pointed_to_the_trial(sam):
    assert "say /desk try" in spoken(sam("/desk standard use san-jose from 2026-02-27"))


def test_adopting_begins_anew_and_names_the_rules_of_ones_own_that_end(sam):
    sam("/desk standard set email, call 4 business hours")
    reply = sam("/desk standard use san-jose")
    assert [one["id"] for one in reply.facts["dropped"]] == ["R7-email", "R7-call"]
    assert "Your department’s own rules end with it" in spoken(reply)
    assert {one["id"] for one in sam("/desk standard").facts["rules"]} == {"R8"}
    sam("/desk standard set email 4 business hours")
    assert sam("/desk standard use san-jose").template == "standard_adopted"
    assert sam("/desk standard").facts["title"] == "Customer service guidelines"


def test_what_is_planned_is_shown_and_holds_from_its_day_on(sam):
    reply = sam("/desk standard use san-jose from Mar 9")
    assert [one.words for one in reply.choices] == [
        "desk standard tell from 2026-03-09",
        "desk standard undo 2026-03-09",
    ]
    facts = sam("/inquiry standard", by="dana").facts
    assert (facts["title"], facts["since"]) == ("Departmental customer-service standard", None)
    assert [(one["first"], one["title"], one["by"]) for one in facts["planned"]] == [
        ("2026-03-09", "Customer service guidelines", "Sam Castellano")
    ]
    sam.talk.at("Sunday 2026-03-08 23:59")
    assert sam("/inquiry standard").facts["since"] is None
    sam.talk.at("Monday 2026-03-09 00:00")
    assert sam("/inquiry standard").facts["title"] == "Customer service guidelines"
    assert sam("/inquiry standard").facts["planned"] == []


def test_a_rule_set_for_a_planned_day_is_set_over_the_plan_and_an_earlier_one_names_it(sam):
    sam("/desk standard use san-jose from 2026-03-09")
    later = sam("/desk standard set chat 1 business hour from 2026-03-16")
    assert counts(later) == {"chat": (["1 business day"], ["1 business hour"])}
    now = sam("/desk standard set chat 1 business hour")
    assert counts(now) == {"chat": (["2 business days"], ["1 business hour"])}
    assert [one["first"] for one in now.facts["planned"]] == ["2026-03-09", "2026-03-16"]
    assert "Own rules: chat 1 business hour" in spoken(now)


def test_a_plan_is_taken_back_and_who_had_heard_of_it_hears_so(sam):
    sam("/desk standard use san-jose from 2026-03-09")
    sam("/desk standard tell from 2026-03-09")
    with sam.talk.house.store.transaction() as db:
        heard = db.exec(select(Owed).order_by(Owed.id)).first()
        heard.state = Sending.SENT
        db.add(heard)
    reply = sam("/desk standard undo 2026-03-09")
    assert (reply.template, reply.facts["told"]) == ("standard_taken_back", 1)
    assert reply.facts["holds"] == "Departmental customer-service standard"
    assert sam.told() == []
    [row] = sam.told("standard_not_coming")
    assert row.recipient == heard.recipient
    for voice in VOICES.values():
        voice.say(row.template, row.facts)
    sam.talk.at("Monday 2026-03-09 09:00")
    assert sam("/inquiry standard").facts["since"] is None
    assert sam("/desk standard undo").template == "standard_which_plan"


def test_the_only_plan_needs_no_day_and_of_several_each_is_a_button(sam):
    sam("/desk standard use san-jose from 2026-03-09")
    sam("/desk standard use marion from 2026-03-16")
    refused = sam("/desk standard undo")
    assert [one.words for one in refused.choices] == [
        "desk standard undo 2026-03-09",
        "desk standard undo 2026-03-16",
    ]
    back = sam(refused.choices[1].words)
    assert [one["first"] for one in back.facts["planned"]] == ["2026-03-09"]
    assert sam("/desk standard undo").template == "standard_taken_back"


def test_of_two_plans_for_one_day_the_newest_is_taken_back_first(sam):
    sam("/desk standard use san-jose from 2026-03-09")
    sam("/desk standard set email 2 business hours from 2026-03-09")
    assert sam("/desk standard undo").facts["holds"] == "Customer service guidelines"
    assert sam("/desk standard undo").facts["holds"] == "Departmental customer-service standard"


def test_what_has_begun_is_not_taken_back(sam):
    sam("/desk standard use san-jose")
    sam.talk.at("Tuesday 2026-03-03 09:00")
    for said in ("today", "yesterday"):
        reply = sam(f"/desk standard undo {said}")
        assert reply.facts["begun"]
        assert "Only what has not begun, or was adopted today, can be taken back" in spoken(reply)
    assert sam("/inquiry standard").facts["title"] == "Customer service guidelines"


def test_what_is_received_from_that_day_on_is_counted_by_it_and_what_came_before_is_not(sam):
    before = sam("inquiry log email from Ann about tax", by="dana").facts
    sam("/desk standard set email 4 business hours")
    after = sam("inquiry log email from Jo about tax", by="dana").facts
    older = sam("inquiry log email from Ben about tax received Fri 16:00", by="dana").facts
    other = sam("inquiry log email from Eve about tax owner kim", by="dana").facts
    assert [one["next"]["rule"] for one in (before, after, older, other)] == ["R5", "R7-email", "R5", "R5"]
    assert after["next"]["due"] == "2026-03-02T19:00:00+00:00"  # Monday 13:00 in Chicago
    standard = sam("/inquiry standard").facts
    why = sam("inquiry why INQ-2", by="dana").facts["deadlines"][0]
    assert (why["standard"], why["standard_version"]) == ("Human Resources", standard["digest"])
    assert "set by Sam Castellano on 2026-03-02" in why["citation"]
    assert standard["digest"] in spoken(sam("inquiry why INQ-2"))
    old = sam("inquiry why INQ-3", by="dana").facts["deadlines"][0]
    assert (old["standard"], old["standard_version"]) == (
        "departmental",
        load_standard("departmental").digest,
    )


def test_the_day_of_receipt_is_the_office_day(sam):
    sam("/desk standard use marion from 2026-03-03")
    sam.talk.at("Tuesday 2026-03-03 09:00")
    rules = [
        sam(f"inquiry log email from Jo about tax received {when}").facts["next"]["rule"]
        for when in ("2026-03-02T23:59-06:00", "2026-03-03T00:00-06:00")
    ]
    assert rules == ["R5", "default"]


def test_adopting_moves_no_deadline_that_is_logged(sam):
    sam("inquiry log email from Ann about tax")
    before = [(one.due, one.rule, one.standard_version) for one in sam.talk.rows(Deadline)]
    sam("/desk standard set email 1 elapsed hour")
    sam("/desk standard use marion")
    assert [(one.due, one.rule, one.standard_version) for one in sam.talk.rows(Deadline)] == before


def test_an_administrator_acts_for_any_department(sam):
    reply = sam("/desk standard set email 4 hours for Permits", by="alex")
    assert reply.choices[0].words == "desk standard set email 4 business hours for Permits"
    set_ = sam(reply.choices[0].words, by="alex")
    assert (set_.facts["department"], set_.choices[0].words) == (
        "Permits",
        "desk standard tell for Permits",
    )
    telling = sam(set_.choices[0].words, by="alex")
    assert telling.facts["told"] == 2
    assert {row.recipient for row in sam.told()} == {"staff:4", "staff:5"}
    assert sam("/inquiry standard", by="kim").facts["rules"][0]["id"] == "R7-email"
    assert sam("/inquiry standard", by="dana").facts["rules"][0]["id"] == "R5"
    assert sam('/inquiry standard for "permits"', by="alex").facts["department"] == "Permits"
    planned = sam("/desk standard use san-jose for Permits from 2026-03-09", by="alex")
    assert planned.choices[1].words == "desk standard undo 2026-03-09 for Permits"
    assert sam(planned.choices[1].words, by="alex").template == "standard_taken_back"
    assert sam("/desk standard for human resources").template == "standard_shown"


def test_two_adoptions_at_once_get_two_version_numbers(fresh_postgres):
    store = Store(fresh_postgres)
    migrate(store, MORNING)
    with store.transaction() as db:
        seed(db, read_agency(DEMO), MORNING)
    talk = Conversation(House(store), MORNING)
    replies = []
    second = Thread(
        target=lambda: replies.append(talk.say("desk standard set call 2 business hours", by="sam"))
    )
    hours, today = Count.model_validate({"business_hours": 4}), MORNING.date()
    rules = own_rules("Human Resources", ("email",), hours, "respond", "Alex Moreau", today)
    waiting = text("select count(*) from pg_locks where not granted")
    with store.transaction() as db:
        department = db.exec(select(Department).where(Department.name == "Human Resources")).one()
        db.refresh(department, with_for_update=True)
        adopt(db, department, "departmental", rules, today, MORNING, 6)
        second.start()
        with store.transaction() as other:
            while second.is_alive() and not other.execute(waiting).scalar():
                pass
    second.join()
    assert [one.template for one in replies] == ["standard_adopted"]
    assert sorted(row.version for row in talk.rows(Adoption)) == [1, 2]
    with store.transaction() as db:
        kept = standard_for(db, db.get_one(Department, department.id), today)
    assert {one.id for one in kept.rules} >= {"R7-email", "R7-call"}
    store.close()


def test_either_database_adopts_tells_and_takes_back(database_url):
    store = Store(database_url)
    migrate(store, MORNING)
    with store.transaction() as db:
        seed(db, read_agency(DEMO), MORNING)
    sam = Desk(Conversation(House(store), MORNING))
    assert sam("desk standard set email 4 business hours").template == "standard_adopted"
    assert sam("desk standard use san-jose from 2026-03-09").template == "standard_adopted"
    assert sam("desk standard tell from 2026-03-09").facts["told"] == 2
    assert sam("desk standard tell").facts["told"] == 2
    assert sam("desk standard tell").facts["told"] == 0
    assert sam("desk standard undo 2026-03-09").template == "standard_taken_back"
    assert [row.facts["version"] for row in sam.told()] == [1, 1]
    assert sam("inquiry log email from Jo about tax").facts["next"]["rule"] == "R7-email"
    store.close()


def test_a_department_called_after_a_keyword_is_named_by_its_buttons(sam):
    with sam.talk.house.store.transaction() as db:
        department = db.exec(select(Department).where(Department.name == "Permits")).one()
        department.name = "Help for Folks from Afar"
        db.add(department)
    reply = sam('desk standard use san-jose for "Help for Folks from Afar" from 2026-03-09', by="alex")
    for choice in reply.choices:
        pressed = sam(choice.words, by="alex")
        assert pressed.facts["department"] == "Help for Folks from Afar"
        assert pressed.template in ("standard_tells", "standard_taken_back")
