"""Absences, and what supervisors see."""

import pytest

from models.absence import Absence
from tests.handlers.at_the_desk import spoken


def test_an_absence_names_the_supervisor_and_lists_what_falls_due(talk):
    talk.say("inquiry log letter from Ann about benefits")
    facts = talk.say("/away from 2026-03-09 to 2026-03-13").facts
    assert (facts["alternate"]["name"], facts["alternate_is"]) == ("Sam Castellano", "your supervisor")
    assert (facts["days"], facts["voicemail"], facts["back_on"]) == (5, True, "2026-03-16")
    assert [line["number"] for line in facts["meanwhile"]] == ["INQ-1"]
    assert [(row.recipient, row.template) for row in talk.owed()] == [("staff:3", "you_cover")]


def test_the_next_who_is_not_away_covers_when_the_supervisor_is(talk):
    talk.say("away from 2026-03-12 to 2026-03-12", by="sam")
    assert talk.say("away from 2026-03-09 to 2026-03-13").facts["alternate"]["handle"] == "alex"


def test_nobody_covers_when_everybody_is_away(talk):
    for who in ("lee", "sam", "alex"):
        talk.say("away from 2026-03-09 to 2026-03-13", by=who)
    assert talk.say("away from 2026-03-09 to 2026-03-13").facts["alternate"] is None


def test_a_named_alternate_is_taken_unless_away_or_oneself(talk):
    talk.say("away from 2026-03-12 to 2026-03-12", by="sam")
    assert talk.say("away from 2026-03-09 to 2026-03-13 alternate sam").template == "alternate_is_away"
    assert talk.say("away from 2026-03-09 to 2026-03-13 alternate me").template == "alternate_is_you"
    assert talk.say("away from 2026-03-09 to 2026-03-13 alternate lee").facts["alternate"]["handle"] == "lee"


@pytest.mark.parametrize(
    ("words", "first", "last", "voicemail"),
    [
        ("away tomorrow", "2026-03-03", "2026-03-03", False),
        ("away from tomorrow to Wednesday", "2026-03-03", "2026-03-04", True),
        ("away until Fri", "2026-03-02", "2026-03-06", True),
        ("away from Wednesday to Tuesday", "2026-03-04", "2026-03-10", True),
        ("away Mar 9 to Mar 13", "2026-03-09", "2026-03-13", True),
        ("away from 3/9 through 3/13", "2026-03-09", "2026-03-13", True),
    ],
)
def test_a_period_is_read_as_people_write_it(talk, words, first, last, voicemail):
    facts = talk.say(words).facts
    assert (facts["first"], facts["last"], facts["voicemail"]) == (first, last, voicemail)


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("/away from 2026-03-09", "missing_piece"),
        ("/away from", "missing_piece"),
        ("/away 3 days", "missing_piece"),
        ("/away from Thu to Fri alternate", "missing_piece"),
        ("/away from Thu 13:00 to Fri", "unreadable_time"),
        ("/away from someday to never", "unreadable_time"),
        # Without its slash it is a sentence, and may be asked about.
        ("away from 2026-03-09", "draft_asks"),
        ("away from", "draft_asks"),
        ("away from 2026-03-13 to 2026-03-09", "absence_days"),
        ("away from 2026-02-01 to 2026-02-03", "absence_days"),
        ("away from 2026-03-09 to 2029-03-09", "absence_days"),
        ("away from 2032-12-30 to 2032-12-31", "beyond_calendar"),
    ],
)
def test_a_period_that_cannot_be_is_refused_and_nothing_is_stored(talk, words, template):
    assert talk.say(words).template == template
    assert talk.rows(Absence) == []


def test_absences_do_not_overlap_and_can_be_ended(talk):
    talk.say("away from 2026-03-09 to 2026-03-13")
    assert talk.say("away from 2026-03-13 to 2026-03-14").template == "absence_overlaps"
    assert len(talk.say("away").facts["lines"]) == 1
    ended = talk.say("away back")
    assert (ended.template, ended.facts["was_on"]) == ("away_ended", False)
    assert talk.say("away").facts["lines"] == []
    assert talk.say("away back").template == "not_away"


def test_staff_are_told_kindly_that_the_desk_is_for_supervisors(talk):
    for words in ("/desk team", "/desk overdue", "/desk"):
        assert talk.say(words).template == "not_for_you"


def test_a_supervisor_sees_the_department_and_an_admin_the_agency(talk):
    talk.say("inquiry log email from Jo about tax")
    talk.say("away from today to Fri", by="lee")
    lines = {line["name"]: line for line in talk.say("desk team", by="sam").facts["lines"]}
    assert set(lines) == {"Dana Whitfield", "Lee Okafor", "Sam Castellano"}
    assert (lines["Dana Whitfield"]["open"], lines["Dana Whitfield"]["overdue"]) == (1, 0)
    assert (lines["Lee Okafor"]["away_until"], lines["Lee Okafor"]["covered_by"]) == (
        "2026-03-06",
        "Sam Castellano",
    )
    assert len(talk.say("desk team", by="alex").facts["lines"]) == 6
    assert talk.say("desk team", by="robin").facts["department"] == "Permits"


def test_overdue_lists_what_is_past_due_and_nothing_else(talk):
    talk.say("inquiry log email from Jo about tax")
    assert talk.say("desk overdue", by="sam").facts["lines"] == []
    talk.at("Tuesday 2026-03-03 17:01")
    assert [line["number"] for line in talk.say("desk overdue", by="sam").facts["lines"]] == ["INQ-1"]
    assert talk.say("desk overdue", by="robin").facts["lines"] == []


def test_who_covers_sees_and_does_what_the_owner_would(talk):
    talk.say("inquiry log email from Jo about tax")
    talk.say("away from Wed to Fri alternate kim")
    assert talk.say("inquiry show 1", by="kim").template == "unknown_inquiry"
    talk.at("Wednesday 2026-03-04 09:00")
    mine = talk.say("inquiry mine", by="kim").facts["lines"]
    assert [(line["number"], line["covering_for"]) for line in mine] == [("INQ-1", "Dana Whitfield")]
    assert talk.say("inquiry answer 1", by="kim").template == "inquiry_answered"


def test_the_text_says_when_one_is_really_back(talk):
    talk.say("away from Wed to Fri")
    assert talk.say("away tomorrow").facts["back_on"] == "2026-03-09"


def test_an_absence_taken_back_before_anybody_heard_of_it_is_not_spoken_of(talk):
    talk.at("Monday 2026-03-02 18:00")
    talk.say("away from Wed to Fri")
    assert talk.say("away back").facts["told"] is False
    assert [row.state for row in talk.owed()] == ["withdrawn"]


def test_a_button_takes_back_the_absence_it_stands_under_and_no_other(talk):
    talk.say("away from 2026-03-09 to 2026-03-13")
    april = talk.say("away from 2026-04-06 to 2026-04-10")
    talk.say(april.choices[0].words)
    assert [line["first"] for line in talk.say("away").facts["lines"]] == ["2026-03-09"]
    assert talk.say(april.choices[0].words).template == "not_away"
    assert [line["first"] for line in talk.say("away").facts["lines"]] == ["2026-03-09"]


def test_a_past_due_is_no_next_due(talk):
    talk.say("inquiry log email from Jo about tax")
    talk.at("Tuesday 2026-03-03 17:01").say("inquiry log email from Ann about tax")
    reply = talk.say("desk team", by="sam")
    [dana] = [line for line in reply.facts["lines"] if line["name"] == "Dana Whitfield"]
    assert (dana["overdue"], dana["overdue_since"], dana["next_due"]) == (
        1,
        "2026-03-03T23:00:00+00:00",
        "2026-03-05T23:00:00+00:00",
    )
    said = spoken(reply)
    assert "2 open, 1 overdue since Tue 2026-03-03 17:00 CST, next due Thu 2026-03-05 17:00 CST" in said
    talk.say("inquiry answer 2")
    assert "1 open, 1 overdue since Tue 2026-03-03 17:00 CST Lee" not in said
    [dana] = [line for line in talk.say("desk team", by="sam").facts["lines"] if line["overdue"]]
    assert dana["next_due"] is None


def test_one_day_away_is_said_as_one_day(talk):
    assert "Away on Tue 2026-03-03" in spoken(talk.say("away tomorrow"))
    assert "- Tue 2026-03-03, covered by" in spoken(talk.say("away"))
    assert "You are away on Tue 2026-03-03." in spoken(talk.say("away from tomorrow to Fri"))
    assert "The absence on Tue 2026-03-03 is ended" in spoken(talk.say("away back"))


def test_an_absence_is_changed_with_one_press(talk):
    talk.say("away tomorrow")
    refused = talk.say("away from tomorrow to Friday alternate kim")
    assert (refused.template, refused.choices[0].label) == ("absence_overlaps", "Change it")
    assert len(talk.say("away").facts["lines"]) == 1
    changed = talk.say(refused.choices[0].words)
    assert (changed.template, changed.facts["first"], changed.facts["last"]) == (
        "away_planned",
        "2026-03-03",
        "2026-03-06",
    )
    assert changed.facts["alternate"]["name"] == "Kim Tran"
    assert [one["first"] for one in changed.facts["replaced"]] == ["2026-03-03"]
    assert "In the place of the absence on Tue 2026-03-03" in spoken(changed)
    assert [one["last"] for one in talk.say("away").facts["lines"]] == ["2026-03-06"]


def test_every_absence_in_the_way_is_replaced_and_the_old_alternate_hears_so(talk):
    talk.say("away tomorrow alternate kim")
    talk.say("away Thu")
    for row in talk.owed():
        with talk.house.store.transaction() as db:
            row.state = "sent"
            db.merge(row)
    changed = talk.say("away instead from tomorrow to Friday")
    assert [one["first"] for one in changed.facts["replaced"]] == ["2026-03-03", "2026-03-05"]
    told = [row.template for row in talk.owed() if row.state == "owed"]
    assert sorted(told) == ["you_cover", "you_cover_no_longer", "you_cover_no_longer"]


def test_what_cannot_be_planned_instead_leaves_the_old_absence(talk):
    talk.say("away tomorrow")
    assert talk.say("away instead from tomorrow to Friday alternate dana").template == "alternate_is_you"
    assert talk.say("away instead").template == "missing_piece"
    assert len(talk.say("away").facts["lines"]) == 1


def test_who_is_back_sees_what_is_overdue_or_due_today(talk):
    talk.say("inquiry log call from Jane Doe about a permit")
    talk.say("away from 2026-03-03 to 2026-03-06")
    talk.at("Thursday 2026-03-05 09:00")
    back = talk.say("away back")
    assert [one["number"] for one in back.facts["waiting"]] == ["INQ-1"]
    assert [one.words for one in back.choices] == ["inquiry mine"]


def test_who_takes_a_plan_back_is_not_told_of_their_inquiries(talk):
    talk.say("inquiry log call from Jane Doe about a permit")
    talk.say("away from 2026-03-09 to 2026-03-10")
    assert talk.say("away back").facts["waiting"] == []
