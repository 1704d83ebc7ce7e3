"""Changes of the calendar that follow one another: what owners hear is true when they hear it."""

import pytest

from handlers.asking import Reply
from models import calendars
from models.inquiry import Deadline
from models.outbox import Sending
from models.staff import Department
from tests.handlers.test_whatever_is_typed import speak
from tests.seeded import counted, moment, seeded

EMAIL = "inquiry log email from Jane Doe about a permit"
TEMPLATE = "deadlines_moved"


@pytest.fixture
def office(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'x.db'}") as found:
        yield found


def words_owed(office):
    found = [row for row in office.owed(Sending.OWED) if row.template == TEMPLATE]
    for row in found:
        speak(Reply(row.template, row.facts))
    return found


def dues(office):
    return [one.due.astimezone(office.now.tzinfo).strftime("%a %H:%M") for one in office.rows(Deadline)]


def test_a_closure_taken_back_before_anybody_heard_is_never_spoken_of(office):
    office.say("dana", EMAIL)
    office.say("alex", 'desk closed apply 2026-03-03 "snow"', "Monday 2026-03-02 18:00")
    office.say("alex", 'desk open apply 2026-03-03 "snow"', "Monday 2026-03-02 18:05")
    assert words_owed(office) == []
    assert not [line for line in office.until("Thursday 2026-03-05 08:30") if TEMPLATE in line]


def test_two_closures_before_anybody_heard_are_one_word_with_the_first_time_and_the_last(office):
    office.say("dana", EMAIL)
    office.say("alex", 'desk closed apply 2026-03-03 "snow"', "Monday 2026-03-02 18:00")
    office.say("alex", 'desk closed apply 2026-03-04 "ice"', "Monday 2026-03-02 18:05")
    (word,) = words_owed(office)
    (line,) = word.facts["lines"]
    assert (line["was"], line["due"]) == ("2026-03-03T23:00:00+00:00", "2026-03-05T23:00:00+00:00")
    assert [one["change"]["name"] for one in word.facts["earlier"]] == ["snow"]


def test_who_made_the_second_change_hears_nothing_false_of_the_first(office):
    office.say("sam", EMAIL)
    office.say("alex", 'desk closed apply 2026-03-03 "snow"', "Monday 2026-03-02 18:00")
    office.say("sam", 'desk closed apply 2026-03-04 "ice"', "Monday 2026-03-02 18:05")
    (word,) = words_owed(office)
    assert word.facts["lines"][0]["due"] == "2026-03-05T23:00:00+00:00"


def test_a_promise_that_was_said_to_be_in_a_closed_hour_is_said_to_stand_when_it_is_not(office):
    office.say("dana", "inquiry log letter from Ann about fees needed by Wed 10:00")
    office.say("alex", 'desk closed apply 2026-03-04 "snow"')
    assert office.until("Monday 2026-03-02 09:10") == [f"Monday 2026-03-02 09:00 dana {TEMPLATE}"]
    office.say("alex", "desk open apply 2026-03-04", "Monday 2026-03-02 10:00")
    (word,) = words_owed(office)
    assert [one["number"] for one in word.facts["stands"]] == ["INQ-1"]
    assert word.facts["promises"] == []


def test_a_promise_nobody_had_heard_of_is_not_spoken_of_when_the_closure_is_taken_back(office):
    office.say("dana", "inquiry log letter from Ann about fees needed by Wed 10:00")
    office.say("alex", 'desk closed apply 2026-03-04 "snow"')
    office.say("alex", "desk open apply 2026-03-04")
    assert words_owed(office) == []


@pytest.mark.parametrize("done", ["inquiry answer INQ-1", "inquiry assign INQ-1 to lee"])
def test_lines_about_what_is_answered_or_anothers_by_then_are_left_out(office, done):
    office.say("dana", EMAIL)
    office.say("dana", "inquiry log call from Bo about rent")
    office.say("alex", 'desk closed apply 2026-03-04 "snow"', "Monday 2026-03-02 18:00")
    office.say("alex", 'desk closed apply 2026-03-03 "snow"', "Monday 2026-03-02 18:01")
    office.say("dana", done, "Monday 2026-03-02 18:10")
    assert [line for line in office.until("Thursday 2026-03-05 08:00") if TEMPLATE in line]
    (word,) = [row for row in office.owed(Sending.SENT) if row.template == TEMPLATE]
    assert [one["number"] for one in word.facts["lines"]] == ["INQ-2"]


def test_a_word_about_one_inquiry_that_is_answered_by_then_is_not_said(office):
    office.say("dana", EMAIL)
    office.say("alex", 'desk closed apply 2026-03-03 "snow"', "Monday 2026-03-02 18:00")
    office.say("dana", "inquiry answer INQ-1")
    assert not [line for line in office.until("Thursday 2026-03-05 08:00") if TEMPLATE in line]


def test_words_that_waited_for_a_day_that_is_open_after_all_are_said_on_it(office):
    office.say("alex", 'desk closed apply 2026-03-03 "snow"', "Monday 2026-03-02 18:00")
    office.say("dana", f"{EMAIL} owner lee", "Monday 2026-03-02 18:01")
    (row,) = office.owed(Sending.OWED)
    assert row.not_before == moment("Wednesday 2026-03-04 08:00")
    office.say("alex", "desk open apply 2026-03-03", "Monday 2026-03-02 18:05")
    (row,) = office.owed(Sending.OWED)
    assert row.not_before == moment("Tuesday 2026-03-03 08:00")


def test_a_clock_that_a_change_does_not_concern_stays_as_it_is(office):
    # Handed to a department with longer hours, it keeps the time that the customer was told.
    office.say("alex", "desk hours apply Mon-Sun 0:00-24:00 from 2026-03-02 for Permits")
    office.say("sam", "desk standard set email 16 business hours")
    office.say("dana", EMAIL)
    office.say("dana", "inquiry assign INQ-1 to kim")
    look = office.say("robin", 'desk closed apply 2026-06-10 "picnic"', "Monday 2026-03-02 09:05")
    assert (look.facts["lines"], look.facts["kept"], dues(office)) == ([], 1, ["Tue 16:00"])


def test_a_clock_that_stays_is_not_listed_again_at_the_next_change(office):
    office.say("dana", EMAIL)
    office.say("alex", 'desk closed apply today from 13:00 "snow"', "Tuesday 2026-03-03 12:30")
    look = office.say("alex", 'desk closed 2026-03-05 "works"')
    assert (look.facts["staying"], look.facts["lines"]) == ([], [])


def test_an_excuse_follows_the_calendar_where_the_deadline_stays(office):
    office.say("sam", "desk standard use madison-hr")
    office.say("dana", EMAIL)
    office.say("dana", "away from 2026-03-03 to 2026-03-06")
    before = office.rows(Deadline)[0]
    office.say("alex", 'desk closed apply 2026-03-09 to 2026-03-10 "snow"', "Monday 2026-03-02 10:00")
    after = office.rows(Deadline)[0]
    assert after.due == before.due
    assert (before.excused_until, after.excused_until) == (
        moment("Tuesday 2026-03-10 17:00"),
        moment("Thursday 2026-03-12 17:00"),
    )


def test_what_stands_still_never_comes_earlier(office):
    office.say("dana", EMAIL)
    office.say("dana", "inquiry pause INQ-1 waiting for the form", "Tuesday 2026-03-03 09:00")
    reply = office.say("alex", 'desk closed apply today from 13:00 "snow"', "Tuesday 2026-03-03 14:00")
    assert (reply.template, reply.facts["lines"], dues(office)) == ("closure", [], ["Tue 17:00"])


@pytest.mark.parametrize("name", ["Center for Aging", "Permits from A to Z", "Parks, 2026", 'The "Annex"'])
def test_buttons_mean_the_department_whatever_it_is_called(office, name):
    with office.store.transaction() as db:
        permits = db.get_one(Department, office.member("kim").department_id)
        permits.name = name
        db.add(permits)
    place = f"“{name}”" if '"' in name else f'"{name}"'
    for words in (
        f'desk closed 2026-03-17 "snow" for {place}',
        f"desk hours Mon-Fri 9:00-15:00 from 2026-03-09 for {place}",
    ):
        look = office.say("alex", words)
        done = office.say("alex", look.choices[0].words)
        assert done.facts["applied"] is True, done
        assert done.facts["change"]["where"] == name
    back = office.say("alex", office.say("alex", "desk closures").choices[0].words)
    assert back.facts["change"]["where"] == name


@pytest.mark.parametrize(
    ("words", "first", "hours", "name"),
    [
        ('closed this afternoon "snow"', "2026-03-02", "12:00-17:00", "snow"),
        ('closed tomorrow morning "snow"', "2026-03-03", "8:00-12:00", "snow"),
        ("closed Dec 23 afternoon staff party", "2026-12-23", "12:00-17:00", "staff party"),
        ("closed tomorrow snow day", "2026-03-03", None, "snow day"),
        ("closed tomorrow 13:00-17:00 burst pipe", "2026-03-03", "13:00-17:00", "burst pipe"),
        ('closed tomorrow "snow" for the whole agency', "2026-03-03", None, "snow"),
        ('closed tomorrow "snow" for everyone', "2026-03-03", None, "snow"),
        ("closed tomorrow snow for all", "2026-03-03", None, "snow"),
        ("open memorial day", "2026-05-25", None, "Memorial Day"),
        ('open "Memorial Day"', "2026-05-25", None, "Memorial Day"),
    ],
)
def test_words_that_staff_type_are_read(office, words, first, hours, name):
    look = office.say("alex", f"/desk {words}")
    assert look.template == "closure", look
    change = look.facts["change"]
    assert (change["first"], change["hours"], change["name"]) == (first, hours, name)
    assert change["whole_agency"] is True
    done = office.say("alex", look.choices[0].words)
    assert (done.facts["applied"], done.facts["change"]) == (True, change)
    speak(done)


@pytest.mark.parametrize("words", ["closed tomorrow at noon", "closed tomorrow", "closed snow"])
def test_words_that_are_no_name_are_none(office, words):
    assert office.say("alex", f"/desk {words}").template in ("missing_piece", "unreadable_time")


def test_hours_are_read_with_letters_for_days_and_with_the_member_behind_them(office):
    assert office.say("sam", "desk hours M-F 9-5").facts["change"]["week"] == "Mon-Fri 9:00-17:00"
    reply = office.say("sam", "desk hours Mon-Wed 9:00-13:00 of dana from 2026-03-09")
    assert (reply.template, reply.facts["new"]["week"]) == ("member_hours", "Mon-Wed 9:00-13:00")


def test_usual_hours_before_a_planned_week_point_to_taking_the_plan_back(office):
    office.say("sam", "desk hours apply Mon-Fri 9-5 from 2026-03-09")
    reply = office.say("sam", "desk hours usual")
    speak(reply)
    assert reply.template == "hours_still_usual"
    assert office.say("sam", reply.choices[0].words).facts["change"]["what"] == "hours back"


def test_opening_says_why_there_is_nothing_to_open(office):
    reply = office.say("alex", "desk open 2026-05-25 for Permits")
    speak(reply)
    assert (reply.template, reply.facts["because"]) == ("not_closed", "Memorial Day")
    assert office.say("alex", reply.choices[0].words).facts["change"]["whole_agency"]
    sams = office.say("sam", "desk open 2026-05-25")
    assert (sams.facts["everywhere"], sams.choices) == (None, ())
    saturday = office.say("sam", "desk open 2026-03-07")
    speak(saturday)
    assert saturday.facts["no_hours"] is True
    independence = office.say("alex", "desk open 2026-07-04")
    speak(independence)
    assert independence.facts["change"]["no_hours"] is True


def test_a_supervisor_cannot_close_the_whole_agency(office):
    assert office.say("sam", 'desk closed tomorrow "snow" for everyone').template == "closure_not_yours"


def test_a_closure_is_told_to_each_colleague_once(office):
    done = office.say("sam", 'desk closed apply 2026-03-05 13:00-17:00 "training"')
    reply = office.say("sam", done.choices[1].words)
    speak(reply)
    assert (reply.facts["told"], reply.facts["knew"]) == (2, 0)
    again = office.say("sam", done.choices[1].words)
    speak(again)
    assert (again.facts["told"], again.facts["knew"]) == (0, 2)
    words = [row for row in office.owed() if row.template == "closure_told"]
    speak(Reply("closure_told", words[0].facts))
    assert [row.recipient for row in words] == ["staff:1", "staff:2"]
    assert sorted(office.until("Monday 2026-03-02 09:01")) == [
        "Monday 2026-03-02 09:00 dana closure_told",
        "Monday 2026-03-02 09:00 lee closure_told",
    ]


def test_a_closure_that_was_taken_back_is_told_to_nobody(office):
    done = office.say("alex", 'desk closed apply 2026-03-05 "training"', "Monday 2026-03-02 18:00")
    office.say("alex", done.choices[1].words)
    office.say("alex", "desk open apply 2026-03-05")
    assert office.until("Tuesday 2026-03-03 09:00") == []
    refused = office.say("alex", done.choices[1].words)
    speak(refused)
    assert refused.template == "closure_not_told"


def test_the_calendars_that_are_remembered_are_not_more_than_a_few(office):
    for day in range(1, 29):
        for month in (4, 6, 8):
            words = f'desk closed apply 2026-{month:02}-{day:02} "x"'
            assert office.say("alex", words).template in ("closure", "closed_already")
    assert len(calendars._by_version) <= calendars.MOST_REMEMBERED


def test_a_look_at_many_clocks_asks_the_database_a_few_times(office):
    for _ in range(3):
        office.say("dana", EMAIL)
    with counted(office) as few:
        office.say("alex", 'desk closed 2026-03-03 "snow"')
    for _ in range(20):
        office.say("dana", EMAIL)
    with counted(office) as many:
        office.say("alex", 'desk closed 2026-03-03 "snow"')
    assert len(many) == len(few)
    assert not [one for one in many if one.startswith("UPDATE")]
