"""A supervisor sets the hours of a colleague who works part of the week."""

import pytest

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models.calendars import WeeklyHours
from models.outbox import Sending
from models.staff import Staff

SET = "desk hours of dana Mon-Wed 8:00-12:00, Fri 9:00-12:00"
TYPED = "Mon-Wed 08:00-12:00, Fri 09:00-12:00"


def said(reply) -> str:
    voice = Voice(TEMPLATES, "plain", "America/Chicago", str)
    return " ".join(to_text(voice.say(reply.template, reply.facts)).split())


def kept(talk):
    """What is stored and not taken back: (whose, first day, days with hours)."""
    return [
        (
            one.staff_id,
            str(one.first),
            None if one.week is None else [day for day, at in enumerate(one.week) if at],
        )
        for one in talk.rows(WeeklyHours)
        if one.ended_at is None
    ]


def test_hours_are_set_from_today_on_unless_a_day_is_named(talk):
    reply = talk.say(SET, "sam")
    assert kept(talk) == [(1, "2026-03-02", [0, 1, 2, 4])]
    assert reply.template == "member_hours"
    assert (reply.facts["new"]["first"], reply.facts["new"]["begun"]) == ("2026-03-02", True)
    talk.say(f"{SET} from 2026-03-09", "sam")
    assert [first for _, first, _ in kept(talk)] == ["2026-03-02", "2026-03-09"]


def test_what_was_set_is_shown_as_it_can_be_typed_again(talk):
    week = talk.say(SET, "sam").facts["lines"][0]["week"]
    talk.say(f"desk hours of lee {week}", "sam")
    dana, lee = talk.rows(WeeklyHours)
    assert dana.week == lee.week


@pytest.mark.parametrize(
    "name", ["dana", "Dana", "Dana Whitfield", "@dana", "dana:", "dana@riverbend.example"]
)
def test_a_colleague_is_named_in_every_way_that_colleagues_are(talk, name):
    talk.say(f"desk hours of {name} weekdays 8-12", "sam")
    assert kept(talk) == [(1, "2026-03-02", [0, 1, 2, 3, 4])]


@pytest.mark.parametrize(
    "typed", ["Mon-Fri from 8 to 12", "Mon-Fri 8-12 from today", "Mon-Fri from 8 to 12 from 2026-03-02"]
)
def test_hours_that_are_written_with_from_are_no_first_day(talk, typed):
    talk.say(f"desk hours of dana {typed}", "sam")
    assert kept(talk) == [(1, "2026-03-02", [0, 1, 2, 3, 4])]


def test_the_colleague_is_told_once_and_in_their_working_time(talk):
    talk.at("Monday 2026-03-02 18:00").say(f"{SET} from 2026-03-09", "sam")
    (owed,) = talk.owed()
    assert (owed.recipient, owed.template, str(owed.not_before)) == (
        "staff:1", "schedule_set", "2026-03-03 14:00:00+00:00",
    )  # fmt: skip
    facts = {"by": "Sam Castellano", "first": "2026-03-09", "week": owed.facts["week"], "begun": False}
    assert owed.facts == facts
    talk.say("desk hours of dana Mon 8-12 from 2026-03-09", "sam")
    assert [row.state for row in talk.owed()] == [Sending.WITHDRAWN, Sending.OWED]
    assert len(kept(talk)) == 1


def test_nobody_is_told_what_they_set_themselves(talk):
    assert talk.say("desk hours of me Mon 8-12", "sam").facts["you"]
    assert (kept(talk), talk.owed()) == ([(3, "2026-03-02", [0])], [])


def test_the_usual_hours_end_a_schedule(talk):
    talk.say(SET, "sam")
    reply = talk.say("desk hours of dana usual from 2026-04-01", "sam")
    assert kept(talk)[1] == (1, "2026-04-01", None)
    assert [one["week"] is None for one in reply.facts["lines"]] == [False, True]
    assert "From Wed 2026-04-01 on, Dana Whitfield works all of the office’s hours again." in said(reply)
    talk.say("desk hours of dana usual", "sam")
    assert kept(talk) == [(1, "2026-04-01", None), (1, "2026-03-02", None)]


def test_the_usual_hours_of_who_has_them_change_nothing(talk):
    reply = talk.say("desk hours of dana usual", "sam")
    assert said(reply).startswith("Hours of Dana Whitfield Dana Whitfield works all of the office’s hours.")
    assert (kept(talk), talk.owed(), reply.choices) == ([], [], ())


def test_the_button_under_a_schedule_ends_it(talk):
    (choice,) = talk.say(SET, "sam").choices
    talk.say(choice.words, "sam")
    assert kept(talk) == [(1, "2026-03-02", None)]


def test_hours_are_shown_with_what_is_planned(talk):
    talk.say(SET, "sam")
    talk.say("desk hours of dana Thu 8-12 from 2026-03-16", "sam")
    talk.say("desk hours of dana usual from 2026-05-01", "sam")
    shown = talk.at("Tuesday 2026-03-17 09:00").say("desk hours of dana", "sam")
    assert [(one["first"], one["begun"]) for one in shown.facts["lines"]] == [
        ("2026-03-16", True), ("2026-05-01", False),
    ]  # fmt: skip
    assert "Now, since Mon 2026-03-16: Thu" in said(shown)
    assert "From Fri 2026-05-01: all of the office’s hours" in said(shown)
    assert talk.at("Monday 2026-05-04 09:00").say("desk hours of dana", "sam").facts["lines"] == []


@pytest.mark.parametrize(
    ("by", "whom", "template"),
    [
        ("sam", "dana", "member_hours"),
        ("sam", "sam", "member_hours"),
        ("alex", "kim", "member_hours"),
        ("alex", "robin", "member_hours"),  # reports to alex, of another department
        ("sam", "kim", "schedule_not_yours"),
        ("robin", "dana", "schedule_not_yours"),
        ("robin", "alex", "schedule_not_yours"),
        ("dana", "dana", "not_for_you"),
        ("dana", "lee", "not_for_you"),
    ],
)
def test_supervisors_set_their_departments_hours_and_admins_everybodys(talk, by, whom, template):
    assert talk.say(f"desk hours of {whom}", by).template == template
    assert talk.say(f"desk hours of {whom} Mon 8-12", by).template == template
    assert len(kept(talk)) == (template == "member_hours")


def test_who_reports_to_a_supervisor_of_another_department_is_theirs_too(talk):
    with talk.house.store.transaction() as db:
        from models.staff import by_name

        (kim,), (sam,) = by_name(db, "kim"), by_name(db, "sam")
        kim.supervisor_id = sam.id
        db.add(kim)
    assert talk.say("desk hours of kim Mon 8-12", "sam").template == "member_hours"


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("desk hours of", "missing_piece"),
        ("desk hours of dana from 2026-03-09", "missing_piece"),
        ("desk hours of dana Mon 8-12 from", "missing_piece"),
        ("desk hours of nobody Mon 8-12", "unknown_person"),
        ("desk hours of nobody at all", "unknown_person"),
        ("desk hours of dana sometimes", "hours_unreadable"),
        ("desk hours of dana Mon 8-", "hours_unreadable"),
        ("desk hours of dana Mon 8-12 Mon 1-5", "hours_unreadable"),
        ("desk hours of dana Mon closed", "hours_unreadable"),
        ("desk hours of dana Mon 8-12 from 2026-02-27", "hours_passed"),
        ("desk hours of dana Mon 8-12 from whenever", "unreadable_time"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_nothing_is(talk, words, template):
    reply = talk.say(words, "sam")
    assert reply.template == template
    assert said(reply)
    assert (kept(talk), talk.owed()) == ([], [])


def test_the_team_shows_who_is_not_in_today_and_who_covers(talk):
    talk.say("desk hours of dana Tue-Fri 8-12", "sam")
    reply = talk.say("desk team", "sam")
    lines = {
        one["name"]: (one["off_today"], one["away_until"], one["covered_by"]) for one in reply.facts["lines"]
    }
    assert lines["Dana Whitfield"] == (True, None, "Sam Castellano")
    assert lines["Lee Okafor"] == (False, None, None)
    assert "Dana Whitfield, not in today, covered by Sam Castellano: 0 open" in said(reply)
    talk.at("Tuesday 2026-03-03 09:00")
    assert "Dana Whitfield: 0 open" in said(talk.say("desk team", "sam"))


def test_who_is_away_on_a_day_off_is_shown_as_away(talk):
    talk.say("desk hours of dana Tue-Fri 8-12", "sam")
    talk.say("away from 2026-03-02 to 2026-03-03 alternate lee")
    (line,) = [one for one in talk.say("desk team", "sam").facts["lines"] if one["name"] == "Dana Whitfield"]
    assert (line["off_today"], line["away_until"], line["covered_by"]) == (False, "2026-03-03", "Lee Okafor")


def test_an_alternate_who_works_on_none_of_the_days_is_refused(talk):
    talk.say("desk hours of lee Mon-Wed 8-12", "sam")
    refused = talk.say("away from 2026-03-05 to 2026-03-06 alternate lee")
    assert refused.template == "alternate_is_away"
    assert "works on none of those days" in said(refused)
    assert talk.say("away from 2026-03-04 to 2026-03-06 alternate lee").facts["alternate"]["handle"] == "lee"


@pytest.mark.parametrize(
    ("own", "back_on"),
    [
        ("Mon-Fri 8-12", "2026-03-09"),
        ("Wed-Thu 8-12", "2026-03-11"),
        ("Sat 9-13", "2026-03-09"),  # the office never opens on their days
    ],
)
def test_who_is_back_is_back_on_a_day_on_which_they_work(talk, own, back_on):
    talk.say(f"desk hours of dana {own}", "sam")
    assert talk.say("away from 2026-03-04 to 2026-03-06").facts["back_on"] == back_on


def test_an_inquiry_for_a_colleague_who_is_not_in_goes_to_who_covers_and_says_so(talk):
    talk.say("desk hours of lee Tue-Fri 8-17", "sam")
    reply = talk.say("inquiry log email from Jane Doe about a permit owner lee")
    assert "Lee Okafor owns it and is not in today, so Sam Castellano will be told." in said(reply)
    handed = next(row for row in talk.owed() if row.template == "inquiry_handed_over")
    assert (handed.recipient, handed.facts["covering_for"]) == ("staff:3", "Lee Okafor")
    shown = talk.say("inquiry mine", "sam").facts["lines"]
    assert [one["covering_for"] for one in shown] == ["Lee Okafor"]


@pytest.mark.parametrize("dialect", ["plain", "slack", "teams", "html"])
def test_every_voice_can_tell_a_colleague_of_their_hours(talk, dialect):
    talk.say(SET, "sam")
    talk.say("desk hours of dana usual from 2026-04-01", "sam")
    voice = Voice(TEMPLATES, dialect, "America/Chicago", str)
    told = [voice.say(row.template, row.facts) for row in talk.owed()]
    assert [one.title for one in told] == [
        "Your hours from Mon 2026-03-02 on",
        "Your hours from Wed 2026-04-01 on",
    ]


def zone_of(talk, handle="dana"):
    return next(one.zone for one in talk.rows(Staff) if one.handle == handle)


@pytest.mark.parametrize(
    "typed",
    ["zone America/Denver", "zone Denver", "in time zone mountain", "zone: Mountain time", "timezone MST"],
)
def test_a_zone_is_set_as_people_say_it(talk, typed):
    reply = talk.say(f"desk hours of dana {typed}", "sam")
    assert zone_of(talk) == "America/Denver"
    assert "Set from now on: the time zone America/Denver. Dana Whitfield will be told." in said(reply)
    (owed,) = talk.owed()
    assert (owed.recipient, owed.template) == ("staff:1", "schedule_set")
    assert "Sam Castellano entered that you work in the time zone America/Denver." in said(owed)
    assert "Hours are by the clock in America/Denver." in said(talk.say("desk hours of dana", "sam"))


@pytest.mark.parametrize("typed", ["usual", "the office's", "America/Chicago", "Central"])
def test_the_offices_zone_is_none_of_their_own(talk, typed):
    talk.say("desk hours of dana zone Denver", "sam")
    reply = talk.say(f"desk hours of dana zone {typed}", "sam")
    assert zone_of(talk) is None
    assert "Set from now on: the office’s time zone, America/Chicago." in said(reply)
    assert [row.state for row in talk.owed()] == [Sending.WITHDRAWN, Sending.OWED]


def test_the_zone_that_they_have_changes_nothing(talk):
    assert talk.say("desk hours of dana zone usual", "sam").facts["zone_is_new"] is False
    assert (talk.owed(), zone_of(talk)) == ([], None)


def test_hours_and_zone_are_set_and_told_at_once(talk):
    reply = talk.say(f"{SET} zone Denver from 2026-03-09", "sam")
    assert (kept(talk), zone_of(talk)) == ([(1, "2026-03-09", [0, 1, 2, 4])], "America/Denver")
    (owed,) = talk.owed()
    assert "Mon-Wed 8:00-12:00, Fri 9:00-12:00" in said(owed)
    assert "America/Denver" in said(owed)
    assert [one.words for one in reply.choices] == [
        "desk hours of dana usual",
        "desk hours of dana zone usual",
    ]


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("desk hours of dana zone", "missing_piece"),
        ("desk hours of dana zone Atlantis", "zone_unknown"),
        ("desk hours of dana zone Denver from 2026-03-09", "missing_piece"),
        (f"{SET} zone Denver from 2026-02-27", "hours_passed"),
        ("desk hours of dana sometimes zone Denver", "hours_unreadable"),
    ],
)
def test_a_zone_that_cannot_be_stored_is_refused_and_nothing_is(talk, words, template):
    reply = talk.say(words, "sam")
    assert reply.template == template
    assert said(reply)
    assert (kept(talk), zone_of(talk), talk.owed()) == ([], None, [])


def test_a_word_waits_for_the_working_time_where_the_member_is(talk):
    talk.say("desk hours of dana zone Los Angeles", "sam")
    (owed,) = talk.owed()
    # Monday 09:00 in Chicago is 07:00 there.
    assert str(owed.not_before) == "2026-03-02 16:00:00+00:00"
