"""Closing the office, opening it again, setting its hours: what is shown is what is done, and owners hear."""

import pytest

from handlers.asking import Reply
from models.calendars import CalendarVersion, ClosureDay, WeeklyHours
from models.inquiry import Deadline, Event, Happening
from models.outbox import Owed, Sending
from tests.handlers.test_whatever_is_typed import speak

EMAIL = "inquiry log email from Jo about tax"  # due at the next open day's closing


def lines(reply, name="lines"):
    """ "INQ-1 2026-03-03 17:00 → 2026-03-04 17:00" in UTC less six hours, which is Chicago's winter."""
    return [
        f"{one['number']} {one['was'][5:16]} → {one['due'][5:16]}"
        if "was" in one
        else f"{one['number']} {one['due'][5:16]}"
        for one in reply.facts[name]
    ]


def dues(talk):
    return {one.id: f"{one.due:%m-%d %H:%M}" for one in talk.rows(Deadline)}


def pressed(talk, reply, by):
    """The reply to the first button."""
    return talk.say(reply.choices[0].words, by=by)


def apply(talk, words, by="sam"):
    look = talk.say(words, by=by)
    assert look.template in ("closure", "hours"), look
    assert look.facts["applied"] is False
    done = pressed(talk, look, by)
    assert done.facts["applied"] is True
    shown = ("change", "lines", "promises", "staying", "moved", "kept", "overdue")
    assert {name: done.facts[name] for name in shown} == {name: look.facts[name] for name in shown}
    speak(look)
    speak(done)
    for row in talk.owed():
        if row.template == "deadlines_moved":
            speak(Reply(row.template, row.facts))
    return done


def test_a_look_stores_nothing_and_shows_what_applying_does(talk):
    talk.say(EMAIL)
    tables = (ClosureDay, CalendarVersion, Deadline, Event, Owed)
    before = [[row.model_dump() for row in talk.rows(table)] for table in tables]
    look = talk.say('/desk closed tomorrow "burst pipe"', by="sam")
    assert lines(look) == ["INQ-1 03-03T23:00 → 03-04T23:00"]
    assert [[row.model_dump() for row in talk.rows(table)] for table in tables] == before
    done = pressed(talk, look, "sam")
    assert lines(done) == lines(look)
    assert dues(talk) == {1: "03-04 23:00"}
    assert any("burst pipe" in step for step in talk.rows(Deadline)[0].because)


def test_what_moves_is_in_the_history_and_the_owner_hears_once(talk):
    talk.say(EMAIL)
    talk.say("inquiry log call from Ann about fees")
    talk.say("inquiry log letter from Bo about rent owner lee")
    reply = apply(talk, '/desk closed Tue "burst pipe"')
    assert reply.facts["told"] == 1
    moved = [one for one in talk.rows(Event) if one.what is Happening.MOVED]
    assert [(one.inquiry_id, one.detail["said"]) for one in moved] == [
        (1, "burst pipe, 2026-03-03"),
        (2, "burst pipe, 2026-03-03"),
    ]
    assert "moved by Sam" not in str(talk.say("inquiry show 3").facts)
    (word,) = [row for row in talk.owed() if row.template == "deadlines_moved"]
    assert word.recipient == "staff:1"
    assert [one["number"] for one in word.facts["lines"]] == ["INQ-1", "INQ-2"]
    assert word.facts["by"] == "Sam Castellano"


def test_owners_hear_once_of_two_changes_at_one_instant(talk):
    talk.say(EMAIL)
    changes = (
        '/desk closed Tue "pipe"',
        "/desk open Tue",
        '/desk closed Tue "pipe"',
        '/desk closed Wed "ice"',
    )
    assert [apply(talk, words).facts["told"] for words in changes] == [1, 0, 1, 1]
    (word,) = [row for row in talk.owed() if row.state is Sending.OWED]
    assert lines(Reply("", word.facts)) == ["INQ-1 03-03T23:00 → 03-05T23:00"]
    said = [*(one["change"] for one in word.facts["earlier"]), word.facts["change"]]
    assert [one["name"] for one in said] == ["pipe", "ice"]


def test_the_speaker_is_not_told_and_who_covers_is(talk):
    talk.say(EMAIL, by="sam")
    talk.say(EMAIL, by="lee")
    talk.say("away from today to Fri alternate dana", by="lee")
    assert apply(talk, '/desk closed Tue "burst pipe"').facts["told"] == 1
    (word,) = [row for row in talk.owed() if row.template == "deadlines_moved"]
    assert (word.recipient, word.facts["covering_for"]) == ("staff:1", "Lee Okafor")


def test_unsent_reminders_are_withdrawn_and_an_untold_owner_hears_the_new_time(talk):
    talk.at("Monday 2026-03-02 18:00")
    talk.say(EMAIL + " owner lee")
    talk.at("Monday 2026-03-02 18:10")
    apply(talk, '/desk closed Wed "burst pipe"')
    word = next(row for row in talk.owed() if row.template == "inquiry_handed_over")
    assert (word.state, word.facts["next"]["due"][:16]) == (Sending.OWED, "2026-03-05T23:00")


def test_snow_this_afternoon_moves_what_is_due_today_and_a_whole_day_is_offered_instead(talk):
    talk.say(EMAIL)
    talk.at("Tuesday 2026-03-03 09:00")
    look = talk.say('/desk closed today from 13:00 "snow"', by="sam")
    assert lines(look) == ["INQ-1 03-03T23:00 → 03-03T19:00"]
    assert [one["earlier"] for one in look.facts["lines"]] == [True]
    assert look.facts["change"]["hours"] == "13:00-17:00"
    whole = talk.say(look.choices[1].words, by="sam")
    assert lines(whole) == ["INQ-1 03-03T23:00 → 03-04T23:00"]


def test_a_closure_makes_nothing_overdue_and_leaves_no_less_than_an_hour(talk):
    talk.say(EMAIL)
    for moment, moves in (("09:00", True), ("12:00", True), ("12:01", False), ("13:30", False)):
        talk.at(f"Tuesday 2026-03-03 {moment}")
        look = talk.say('/desk closed today from 13:00 "snow"', by="sam")
        assert len(look.facts["lines"]) == moves, moment
        assert lines(look, "staying") == ([] if moves else ["INQ-1 03-03T23:00"])
    assert apply(talk, '/desk closed today from 13:00 "snow"').facts["told"] == 1
    assert dues(talk) == {1: "03-03 23:00"}
    (word,) = [row for row in talk.owed() if row.template == "deadlines_moved"]
    assert (word.facts["lines"], [one["number"] for one in word.facts["staying"]]) == ([], ["INQ-1"])


def test_a_night_desk_is_closed_in_the_hours_that_belong_to_the_evening_before(talk):
    apply(talk, "/desk hours daily 22:00-06:00")
    talk.say(EMAIL)
    look = talk.say('/desk closed Wed 0:00-6:00 "power cut"', by="sam")
    # The night of Tuesday ends at midnight.
    assert lines(look) == ["INQ-1 03-04T12:00 → 03-04T06:00"]
    assert talk.say('/desk closed Wed 7:00-9:00 "power cut"', by="sam").template == "closed_already"


def test_a_closure_that_was_applied_has_a_button_that_takes_it_back(talk):
    done = apply(talk, '/desk closed Dec 24 to Dec 26 from noon "winter break"', by="alex")
    back = apply(talk, done.choices[0].words, by="alex")
    assert (back.facts["change"]["first"], back.facts["change"]["last"]) == ("2026-12-24", "2026-12-25")
    assert not [row for row in talk.rows(ClosureDay) if row.put_at and not row.ended_at]


def test_what_was_missed_before_the_closure_was_declared_stays_missed(talk):
    talk.say(EMAIL)
    talk.at("Wednesday 2026-03-04 09:00")
    talk.say("inquiry log call from Ann about fees received yesterday 9:00")
    done = apply(talk, '/desk closed yesterday "snow"')
    assert (done.facts["overdue"], done.facts["change"]["past"]) == (1, True)
    assert dues(talk) == {1: "03-03 23:00", 2: "03-05 23:00"}
    assert [one.detail.get("said") for one in talk.rows(Event) if one.what is Happening.MOVED] == [
        "snow, 2026-03-03"
    ]


def test_a_paused_inquiry_moves_and_goes_on_from_there(talk):
    talk.say(EMAIL)
    talk.say("inquiry pause 1 waiting for the form")
    talk.at("Monday 2026-03-02 15:00")
    done = apply(talk, '/desk closed Tue "burst pipe"')
    assert [(one["paused"], one["due"][:16]) for one in done.facts["lines"]] == [(True, "2026-03-04T23:00")]
    talk.say("inquiry resume 1")
    assert dues(talk) == {1: "03-04 23:00"}


def test_a_clock_that_stopped_before_it_was_due_is_not_past_due_while_it_rests(talk):
    talk.say(EMAIL)
    talk.say("inquiry pause 1 waiting for the form")
    talk.at("Wednesday 2026-03-04 09:00")
    done = apply(talk, '/desk closed yesterday "snow"')
    assert (lines(done), done.facts["overdue"]) == (["INQ-1 03-03T23:00 → 03-04T23:00"], 0)


def test_who_covers_is_not_told_of_what_they_did_themselves(talk):
    talk.say(EMAIL, by="lee")
    talk.say("away from today to Fri alternate sam", by="lee")
    assert apply(talk, '/desk closed Tue "burst pipe"').facts["told"] == 0


def test_a_promise_and_a_customers_own_deadline_stay_and_are_pointed_out(talk):
    talk.say("inquiry log letter from Ann about fees needed by Wed 10:00")
    talk.say('inquiry ack 1 by Wed 16:00 "soon"')
    before = dues(talk)
    done = apply(talk, '/desk closed Wed "burst pipe"')
    assert sorted(one["kind"] for one in done.facts["promises"]) == ["needed", "promise"]
    assert (done.facts["lines"], dues(talk)) == ([], before)
    (word,) = [row for row in talk.owed() if row.template == "deadlines_moved"]
    assert (word.facts["lines"], len(word.facts["promises"])) == ([], 2)
    # Said once: at the next change they are no news.
    talk.at("Monday 2026-03-02 09:30")
    assert apply(talk, '/desk closed Thu "flood"').facts["promises"] == []


def test_a_supervisor_closes_the_own_department_and_an_admin_any_or_all(talk):
    talk.say(EMAIL)
    talk.say(EMAIL, by="kim")
    sams = talk.say('/desk closed Tue "pipe"', by="sam")
    assert [one["number"] for one in sams.facts["lines"]] == ["INQ-1"]
    assert talk.say('/desk closed Tue "pipe" for Permits', by="sam").template == "closure_not_yours"
    permits = talk.say('/desk closed Tue "pipe" for permits', by="alex")
    assert [one["number"] for one in permits.facts["lines"]] == ["INQ-2"]
    assert permits.choices[0].words == 'desk closed apply 2026-03-03 "pipe" for "Permits"'
    assert talk.say('/desk closed Tue "pipe" for Parking', by="alex").template == "closure_department"
    assert [one["number"] for one in talk.say('/desk closed Tue "pipe"', by="alex").facts["lines"]] == [
        "INQ-1",
        "INQ-2",
    ]
    assert talk.say('/desk closed Tue "pipe"').template == "not_for_you"


def test_a_department_with_its_own_hours_takes_part_in_the_agencys_closures(talk):
    apply(talk, "/desk hours Tue-Sat 8:00-18:00", by="robin")
    talk.say(EMAIL)
    talk.say(EMAIL, by="kim")
    assert dues(talk) == {1: "03-03 23:00", 2: "03-05 00:00"}
    done = apply(talk, '/desk closed Wed "flood"', by="alex")
    assert lines(done) == ["INQ-2 03-05T00:00 → 03-06T00:00"]
    # On Saturday only one of them is open.
    talk.at("Friday 2026-03-06 09:00")
    talk.say(EMAIL)
    talk.say(EMAIL, by="kim")
    assert lines(talk.say('/desk closed Sat "party"', by="alex")) == ["INQ-4 03-08T00:00 → 03-10T23:00"]
    assert talk.say('/desk closed Sat "party"', by="sam").template == "closed_already"


@pytest.mark.parametrize(
    ("words", "first", "last", "hours"),
    [
        ('closed 2026-03-05 13:00-17:00 "x"', "2026-03-05", "2026-03-05", "13:00-17:00"),
        ('closed Thu 1-5 "x"', "2026-03-05", "2026-03-05", "13:00-17:00"),
        ('closed Thu from 1 to 5pm "x"', "2026-03-05", "2026-03-05", "13:00-17:00"),
        ('closed Thu after 1 "x"', "2026-03-05", "2026-03-05", "13:00-17:00"),
        ('closed "x" on Thu until noon', "2026-03-05", "2026-03-05", "8:00-12:00"),
        ('closed Mar 5 8-10 and 15-17 "x"', "2026-03-05", "2026-03-05", "8:00-10:00 and 15:00-17:00"),
        ('closed 3/5 "x"', "2026-03-05", "2026-03-05", None),
        ("closed tomorrow “x”", "2026-03-03", "2026-03-03", None),
        ('closed yesterday "x"', "2026-03-01", "2026-03-01", None),
        ('closed Dec 24 to Dec 31 "x"', "2026-12-24", "2026-12-31", None),
        ('closed from Dec 24 until Jan 3 "x"', "2026-12-24", "2027-01-03", None),
        ('closed Dec 24-31 "x"', "2026-12-24", "2026-12-31", None),
        ('closed 2026-12-24 - 2026-12-31 "x"', "2026-12-24", "2026-12-31", None),
        ('closed Dec 24 to Dec 31 from 3pm "x"', "2026-12-24", "2026-12-31", "15:00-17:00"),
        ('closed every Dec 24 12:00-17:00 "x"', "2026-12-24", "2031-12-24", "12:00-17:00"),
        ('closed every last Friday of November "x"', "2026-11-27", "2032-11-26", None),
    ],
)
def test_a_closure_is_read_as_people_write_it_and_its_button_means_the_same(talk, words, first, last, hours):
    if "yesterday" in words:
        talk.at("Tuesday 2026-03-03 09:00")
        first = last = "2026-03-02"
    look = talk.say(f"/desk {words}", by="sam")
    assert look.template == "closure", look
    facts = look.facts["change"]
    assert (facts["first"], facts["hours"]) == (first, hours)
    assert facts["last"] == last or facts["every"]
    again = talk.say(look.choices[0].words.replace(" apply", ""), by="sam")
    assert again.facts == look.facts
    speak(look)


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("closed", "missing_piece"),
        ("closed tomorrow", "missing_piece"),
        ('closed "snow"', "missing_piece"),
        ('closed someday "snow"', "unreadable_time"),
        ('closed tomorrow 25-26 "snow"', "closure_unreadable"),
        ('closed tomorrow 8-10pm "snow"', "closure_unreadable"),
        ('closed every Monday "snow"', "closure_unreadable"),
        ('closed Fri to Wed of May "snow"', "unreadable_time"),
        ('closed 2026-03-10 to 2026-03-09 "snow"', "closure_days"),
        ('closed 2026-03-10 to 2027-04-09 "snow"', "closure_days"),
        ('closed 2026-01-10 "snow"', "closure_days"),
        ('closed 2033-01-10 "snow"', "beyond_calendar"),
        ('closed Sat "snow"', "closed_already"),
        ('closed 2026-05-25 "snow"', "closed_already"),
        ('closed tomorrow 6-7 "snow"', "closed_already"),
        ('closed tomorrow from 5pm "snow"', "closed_already"),
        ("open", "missing_piece"),
        ("open tomorrow", "not_closed"),
        ("open 2026-05-25", "not_closed"),
        ("closures please", "too_many_words"),
        ("hours blah", "hours_unreadable"),
        ("hours Mon-Fri 8-5 from 2026-03-01", "hours_passed"),
        ("hours Mon-Fri 8-5 from", "missing_piece"),
        ("hours from Mon", "missing_piece"),
        ("hours usual", "calendar_unchanged"),
        ("hours take back 2026-03-09", "hours_not_planned"),
        ("hours take back", "missing_piece"),
        ("hours Mon-Fri 8-5 for Parking", "closure_department"),
    ],
)
def test_what_cannot_be_is_refused_kindly_and_stores_nothing(talk, words, template):
    before = len(talk.rows(ClosureDay))
    reply = talk.say(f"/desk {words}", by="sam")
    assert reply.template == template
    speak(reply)
    assert (len(talk.rows(ClosureDay)), talk.rows(WeeklyHours)) == (before, [])


def test_closing_every_open_day_is_refused(talk):
    for year in range(2027, 2033):
        apply(talk, f'/desk closed {year}-01-01 to {year}-12-31 "strike"', by="alex")
    talk.at("Tuesday 2026-03-03 09:00")
    assert talk.say('/desk closed 2026-03-03 to 2026-12-31 "strike"', by="alex").template == "never_open"


def test_a_deadline_that_would_leave_the_known_years_refuses_the_whole_closure(talk):
    # The year ends with a holiday that is observed on Friday 31 December.
    talk.at("Tuesday 2032-12-28 09:00")
    talk.say(EMAIL)
    reply = talk.say('/desk closed 2032-12-29 to 2032-12-30 "party"', by="sam")
    assert (reply.template, reply.facts["number"]) == ("cannot_move", "INQ-1")
    assert "2033-01-01" in reply.facts["reason"]
    assert talk.say('/desk closed 2032-12-29 "party"', by="sam").template == "closure"


def test_the_same_closure_twice_is_told_to_the_second_and_stored_once(talk):
    look = talk.say('/desk closed Tue "pipe"', by="sam")
    assert pressed(talk, look, "sam").facts["applied"]
    assert pressed(talk, look, "sam").template == "closed_already"
    assert len([row for row in talk.rows(ClosureDay) if row.name == "pipe"]) == 1


def test_a_recurring_closure_is_there_every_known_year_and_can_be_taken_back_as_one(talk):
    apply(talk, '/desk closed every Dec 24 12:00-17:00 "Christmas Eve"', by="alex")
    rows = [row for row in talk.rows(ClosureDay) if row.every]
    assert [row.day.year for row in rows] == list(range(2026, 2033))
    assert {(row.every, row.start, row.end) for row in rows} == {("every December 24", 720, 1020)}
    apply(talk, "/desk open 2027-12-24", by="alex")
    apply(talk, "/desk open every Dec 24", by="alex")
    rows = [row for row in talk.rows(ClosureDay) if row.every]
    assert all(row.ended_at for row in rows)


def test_closures_lists_what_is_coming_with_a_button_for_what_one_may_take_back(talk):
    apply(talk, '/desk closed Tue to Thu "works"')
    apply(talk, '/desk closed Fri 8-10 "training"', by="alex")
    reply = talk.say("/desk closures", by="sam")
    speak(reply)
    first, second, third, *_ = reply.facts["lines"]
    assert (first["first"], first["last"], first["department"]) == (
        "2026-03-03",
        "2026-03-05",
        "Human Resources",
    )
    assert (second["name"], second["hours"], second["department"]) == ("training", "8:00-10:00", None)
    assert third["name"] == "Memorial Day"
    # Of the public holidays a year, and none on weekends: Independence Day is a Saturday.
    assert max(one["first"] for one in reply.facts["lines"]) < "2027-03-02"
    assert reply.facts["more"] > 20
    assert "Independence Day" not in [one["name"] for one in reply.facts["lines"]]
    assert [one.words for one in reply.choices] == ['desk open 2026-03-03 to 2026-03-05 "works"']
    assert "works" not in str(talk.say("/desk closures", by="robin").facts)
    alexs = talk.say("/desk closures", by="alex")
    assert alexs.choices[0].words == 'desk open 2026-03-03 to 2026-03-05 "works" for "Human Resources"'
    done = apply(talk, alexs.choices[0].words, by="alex")
    assert done.facts["change"]["what"] == "open"
    assert talk.say("/desk closures", by="sam").facts["lines"][0]["name"] == "training"


def test_opening_again_makes_deadlines_earlier_and_says_so(talk):
    talk.say(EMAIL)
    apply(talk, '/desk closed Tue "pipe"')
    talk.at("Tuesday 2026-03-03 09:00")
    done = apply(talk, "/desk open today")
    assert [(one["earlier"], one["due"][:16]) for one in done.facts["lines"]] == [(True, "2026-03-03T23:00")]
    assert any("Business day 1 is Tuesday" in step for step in talk.rows(Deadline)[0].because)


def test_opening_again_makes_nothing_overdue(talk):
    talk.say(EMAIL)
    apply(talk, '/desk closed Tue "pipe"')
    for moment in ("Tuesday 2026-03-03 16:30", "Wednesday 2026-03-04 09:00"):
        talk.at(moment)
        look = talk.say("/desk open 2026-03-03", by="sam")
        assert (look.facts["lines"], lines(look, "staying")) == ([], ["INQ-1 03-04T23:00"])


def test_an_office_may_open_on_a_public_holiday_and_only_an_admin_opens_the_agency(talk):
    talk.at("Thursday 2026-05-21 09:00")
    talk.say("inquiry log letter from Ann about fees received today")
    talk.at("Friday 2026-05-22 09:00")
    talk.say(EMAIL)
    refused = talk.say("/desk open 2026-05-25", by="sam")
    assert (refused.template, refused.facts["because"]) == ("not_closed", "Memorial Day")
    done = apply(talk, "/desk open 2026-05-25", by="alex")
    assert lines(done) == ["INQ-2 05-26T22:00 → 05-25T22:00"]


def test_hours_are_shown_planned_and_taken_back(talk):
    shown = talk.say("/desk hours", by="sam")
    assert (shown.facts["week"], shown.facts["agencys"]) == ("Mon-Fri 8:00-17:00", True)
    talk.say("inquiry log letter from Ann about fees")
    done = apply(talk, "/desk hours Mon-Thu 8-6, Fri 8-12 and 1-3 from 2026-03-09")
    assert lines(done) == ["INQ-1 03-09T22:00 → 03-09T23:00"]
    shown = talk.say("/desk hours", by="sam")
    speak(shown)
    assert shown.facts["planned"] == [
        {"first": "2026-03-09", "week": "Mon-Thu 8:00-18:00, Fri 8:00-12:00 and 13:00-15:00", "mine": True}
    ]
    assert talk.say("/desk hours", by="robin").facts["planned"] == []
    apply(talk, shown.choices[0].words)
    assert dues(talk) == {1: "03-09 22:00"}
    assert talk.say("/desk hours", by="sam").facts["planned"] == []


def test_hours_from_today_and_the_usual_ones_again(talk):
    talk.say(EMAIL)
    apply(talk, "/desk hours weekdays from 8 to 6")
    assert talk.say("/desk hours", by="sam").facts["week"] == "Mon-Fri 8:00-18:00"
    assert dues(talk) == {1: "03-04 00:00"}
    apply(talk, "/desk hours Mon-Fri 7-7")
    assert len([row for row in talk.rows(WeeklyHours) if row.ended_at is None]) == 1
    done = apply(talk, "/desk hours usual")
    assert [one["earlier"] for one in done.facts["lines"]] == [True]
    assert dues(talk) == {1: "03-03 23:00"}


def test_the_agencys_hours_hold_where_a_department_has_none_of_its_own(talk):
    talk.say(EMAIL)
    talk.say(EMAIL, by="kim")
    apply(talk, "/desk hours Mon-Fri 9-3", by="robin")
    done = apply(talk, "/desk hours Mon-Fri 8-6", by="alex")
    assert lines(done) == ["INQ-1 03-03T23:00 → 03-04T00:00"]
    assert dues(talk) == {1: "03-04 00:00", 2: "03-03 21:00"}


def test_a_colleagues_own_hours_are_handed_on(talk):
    assert talk.say("/desk hours of dana", by="sam").template == "member_hours"
