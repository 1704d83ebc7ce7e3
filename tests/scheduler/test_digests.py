"""The digest of the morning: who has it, when, once, and only when there is something to tell."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from sqlmodel import select

from models.agency_file import HolidaysEntry, HoursEntry
from models.digest import digest_of
from models.digest_items import LONGEST
from models.inquiry import Deadline, Inquiry
from models.outbox import Sending
from models.preference import prefer
from models.rounds import Round
from models.staff import Staff
from models.turns import LOOKED, NEXT
from scheduler import digests
from scheduler.delivery import NotNow
from scheduler.timetable import next_moment, tick
from tests.models.spelled_dates import at as moment
from tests.scheduler.own_hours import keeps, works
from tests.seeded import counted, demo, seeded

LOG = "inquiry log email from Jane Doe about a permit"  # on Monday at nine: due on Tuesday at 17:00
TUESDAY, WEDNESDAY = "Tuesday 2026-03-03", "Wednesday 2026-03-04"


@pytest.fixture
def with_digests():
    return True


def morning(office, until):
    """Who had their digest, and when, on the way there."""
    return [one.removesuffix(" digest") for one in office.until(until) if one.endswith(" digest")]


def wish(office, handle, **values):
    with office.store.transaction() as db:
        prefer(db, office.member(handle), **values)


def facts(office, handle):
    with office.store.transaction() as db:
        return digest_of(db, office.member(handle), office.now)


def numbers(part):
    return [one["number"] for one in part["lines"]]


def test_it_comes_at_the_opening_to_whoever_has_something_due_and_to_those_above(either):
    either.say("dana", LOG)
    assert morning(either, f"{TUESDAY} 16:00") == [
        f"{TUESDAY} 08:00 {one}" for one in ("dana", "sam", "alex")
    ]
    assert [row.key for row in either.owed() if row.kind == "digest"] == [
        f"digest:{number}:2026-03-03" for number in (1, 3, 6)
    ]


def test_whoever_has_nothing_due_today_or_on_the_next_open_day_gets_nothing(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry ack INQ-1 by 2026-03-13 12:00")
    assert morning(either, "Wednesday 2026-03-11 17:00") == []
    assert morning(either, "Thursday 2026-03-12 17:00") == ["Thursday 2026-03-12 08:00 dana"]
    # On the last day those above hear of it too.
    assert sorted(morning(either, "Friday 2026-03-13 11:00")) == [
        f"Friday 2026-03-13 08:00 {one}" for one in ("alex", "dana", "sam")
    ]
    assert [row for row in either.owed() if row.kind == "digest" and row.state is not Sending.SENT] == []


def test_what_waits_for_the_customer_is_listed_and_brings_no_digest_alone(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry pause INQ-1 waiting for the form")
    assert morning(either, f"{TUESDAY} 17:00") == []
    assert numbers(facts(either, "dana")["waiting"]) == ["INQ-1"]


def test_acknowledgements_stand_apart_from_answers_and_the_overdue_come_first(either):
    either.say("dana", LOG)
    either.say("dana", LOG, f"{TUESDAY} 09:00")
    either.say("dana", LOG)
    either.say("dana", "inquiry ack INQ-3 by 2026-03-05 10:00")
    either.at(f"{WEDNESDAY} 09:00")
    found = facts(either, "dana")
    assert [(one["what"], numbers(one)) for one in found["owed"]] == [
        ("respond", ["INQ-1", "INQ-2"]),
        ("answer", ["INQ-3"]),
    ]
    assert (found["overdue"], found["today"], found["next"]) == (1, 1, 1)
    assert [one["next"]["standing"] for one in found["owed"][0]["lines"]] == ["overdue", "running"]
    assert (found["day"], found["next_day"], found["is_today"]) == ("2026-03-04", "2026-03-05", True)


def test_supervisors_see_who_has_what_and_who_is_not_in(either):
    either.say("dana", LOG)
    either.say("lee", LOG)
    either.say("lee", LOG)
    either.say("lee", "away from 2026-03-04 to 2026-03-05 alternate dana", f"{TUESDAY} 09:00")
    team = facts(either.at(f"{WEDNESDAY} 09:00"), "sam")["team"]
    since = "2026-03-03T23:00:00+00:00"

    def oldest(*places):
        return [{"number": f"INQ-{one}", "subject": "a permit", "since": since} for one in places]

    assert (team["overdue"], team["today"]) == (3, 0)
    assert team["owners"]["lines"] == [
        {"name": "Lee Okafor", "overdue": 2, "overdue_since": since, "today": 0, "oldest": oldest(2, 3)},
        {"name": "Dana Whitfield", "overdue": 1, "overdue_since": since, "today": 0, "oldest": oldest(1)},
    ]
    assert team["away"]["lines"] == [
        {"name": "Lee Okafor", "away_until": "2026-03-05", "covered_by": "Dana Whitfield"}
    ]
    assert facts(either, "dana")["team"] is None
    assert numbers(facts(either, "dana")["covering"]) == ["INQ-2", "INQ-3"]
    assert facts(either, "robin")["team"]["owners"]["lines"] == []


def test_the_lists_are_short_and_count_what_they_leave_out(office):
    for _ in range(LONGEST + 3):
        office.say("dana", LOG)
    (respond, _) = facts(office.at(f"{TUESDAY} 09:00"), "dana")["owed"]
    assert (len(respond["lines"]), respond["more"]) == (LONGEST, 3)
    assert facts(office, "dana")["today"] == LONGEST + 3


def test_whoever_is_away_or_off_gets_none_and_who_covers_has_it_in_theirs(either):
    either.say("lee", LOG)
    either.say("lee", "away from 2026-03-03 to 2026-03-03 alternate dana")
    assert morning(either, f"{TUESDAY} 16:00") == [
        f"{TUESDAY} 08:00 {one}" for one in ("dana", "sam", "alex")
    ]
    works(either, "lee", "8:00-17:00", "", "")  # Mondays alone
    assert morning(either, f"{WEDNESDAY} 16:00") == [f"{WEDNESDAY} 08:00 {one}" for one in ("sam", "alex")]


def test_who_goes_away_after_it_was_owed_does_not_hand_it_on(either):
    either.say("dana", LOG)
    either.chat.fails["dana"] = [NotNow("busy", 60)]
    either.tick(f"{TUESDAY} 08:00")
    either.say("dana", "away from 2026-03-03 to 2026-03-03 alternate lee", f"{TUESDAY} 08:01")
    either.heard()
    either.tick(f"{TUESDAY} 08:05")
    (row,) = [row for row in either.owed(Sending.WITHDRAWN) if row.kind == "digest"]
    assert (row.recipient, row.reason) == ("staff:1", "not-in")
    assert not [one for one in either.heard() if "digest" in one]


def test_on_a_closed_day_there_is_none(either):
    either.tick("Friday 2026-03-06 10:00")
    either.say("dana", LOG)
    assert morning(either, "Monday 2026-03-09 07:59") == []
    assert morning(either, "Monday 2026-03-09 09:00")[0] == "Monday 2026-03-09 08:00 dana"


def test_it_is_taken_back_when_all_is_answered_before_it_goes_out(either):
    either.say("dana", LOG)
    either.chat.fails["dana"] = [NotNow("busy", 600)]
    either.tick(f"{TUESDAY} 08:00")
    either.say("dana", "inquiry answer INQ-1", f"{TUESDAY} 08:02")
    either.heard()
    either.tick(f"{TUESDAY} 08:15")
    assert either.heard() == []
    (row,) = [row for row in either.owed(Sending.WITHDRAWN) if row.kind == "digest"]
    assert row.reason == "nothing-to-say"


def test_it_says_what_is_so_when_it_goes_out(either):
    either.say("dana", LOG)
    either.say("dana", LOG)
    either.chat.fails["dana"] = [NotNow("busy", 600)]
    either.tick(f"{TUESDAY} 08:00")
    either.say("dana", "inquiry answer INQ-1", f"{TUESDAY} 08:02")
    either.chat.said.clear()
    either.tick(f"{TUESDAY} 08:15")
    (letter,) = either.chat.said
    assert numbers(letter.facts["owed"][0]) == ["INQ-2"]
    assert [one["words"] for one in letter.choices] == [
        "inquiry mine",
        "inquiry answer INQ-2",
        "inquiry show INQ-2",
    ]


def test_what_could_not_be_said_before_the_day_was_over_is_not_said_the_next(either):
    either.say("dana", LOG)
    either.chat.fails["dana"] = [NotNow("busy", 3600)] * 100
    either.until(f"{WEDNESDAY} 12:00")
    (row,) = [row for row in either.owed() if row.key.startswith("digest:1:2026-03-03")]
    assert (row.state, row.reason) == (Sending.WITHDRAWN, "day-over")


def test_after_hours_of_standing_still_it_comes_the_same_day_and_never_for_yesterday(either):
    either.say("dana", LOG)
    either.tick(f"{WEDNESDAY} 11:40")
    assert "dana digest" in either.heard()
    assert [row.key for row in either.owed() if row.key.startswith("digest:1:")] == ["digest:1:2026-03-04"]


def test_after_the_end_of_the_day_it_comes_no_more(either):
    either.say("dana", LOG)
    either.tick(f"{TUESDAY} 17:05")
    assert [one for one in either.heard() if "digest" in one] == []
    either.tick(f"{TUESDAY} 20:00")
    assert [row for row in either.owed() if row.kind == "digest"] == []


def test_on_a_quiet_day_there_is_none_and_the_supervisor_hears_what_was_missed(either):
    either.say("dana", LOG)
    wish(either, "dana", quiet_on=moment(f"{TUESDAY} 12:00").date())
    diary = either.until(f"{WEDNESDAY} 12:00")
    assert [one for one in diary if " dana digest" in one] == [f"{WEDNESDAY} 08:00 dana digest"]
    assert [one for one in diary if "sam overdue INQ-1" in one] != []


def test_whoever_wants_none_gets_none_and_the_missed_deadline_is_told_all_the_same(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry prefer digest off")
    either.say("sam", "inquiry prefer digest off")
    diary = either.until(f"{WEDNESDAY} 12:00")
    assert [one for one in diary if "digest" in one] == [
        f"{day} 08:00 alex digest" for day in (TUESDAY, WEDNESDAY)
    ]
    assert [one for one in diary if "sam overdue INQ-1" in one] != []


@pytest.mark.parametrize(
    ("said", "comes"),
    [
        ("8:30", "08:30"),
        ("4:15 pm", "16:15"),
        ("6:00 am", "08:00"),  # before the opening
        ("19:30", "08:00"),  # after the closing
        ("at 9", "09:00"),
        ("noon", "12:00"),
    ],
)
def test_the_hour_that_somebody_prefers(office, said, comes):
    office.say("dana", LOG)
    office.say("dana", f"inquiry prefer digest {said}")
    assert f"{TUESDAY} {comes} dana" in morning(office, f"{TUESDAY} 17:00")
    assert len([row for row in office.owed() if row.key == "digest:1:2026-03-03"]) == 1


def test_an_hour_in_the_lunch_break_comes_after_it(office):
    keeps(office, "Human Resources", *("8:00-12:00, 13:00-17:00",) * 5)
    office.say("dana", LOG)
    wish(office, "dana", digest_at=12 * 60 + 20)
    assert f"{TUESDAY} 13:00 dana" in morning(office, f"{TUESDAY} 17:00")


def test_a_wish_of_this_morning_holds_this_morning(either):
    either.say("dana", LOG)
    either.until(f"{TUESDAY} 07:58")
    either.say("dana", "inquiry prefer digest 8:01")
    assert f"{TUESDAY} 08:01 dana" in morning(either, f"{TUESDAY} 10:00")
    either.say("dana", LOG)
    either.until(f"{WEDNESDAY} 08:00")
    either.say("dana", "inquiry prefer digest off")
    either.say("dana", "inquiry prefer digest on")
    either.say("dana", "inquiry prefer digest 8:02")
    either.tick(f"{WEDNESDAY} 08:02")
    assert "dana digest" in either.heard()


def test_departments_with_other_hours_have_it_at_their_own_openings(either):
    keeps(either, "Permits", *("10:00-18:00",) * 5)
    either.until("Monday 2026-03-02 11:00")
    either.say("dana", LOG)
    either.say("kim", LOG)
    assert morning(either, f"{TUESDAY} 12:00") == [
        *(f"{TUESDAY} 08:00 {one}" for one in ("dana", "sam", "alex")),
        *(f"{TUESDAY} 10:00 {one}" for one in ("kim", "robin")),
    ]


def test_who_has_hours_of_their_own_has_it_when_they_begin(either):
    works(either, "dana", *("11:00-15:00",) * 5)
    either.until("Monday 2026-03-02 12:00")
    either.say("dana", LOG)
    assert [one for one in morning(either, f"{TUESDAY} 16:00") if "dana" in one] == [f"{TUESDAY} 11:00 dana"]


def test_who_works_in_another_zone_has_it_in_their_own_morning(either):
    either.change("dana", zone="America/Los_Angeles")
    either.until("Monday 2026-03-02 12:00")
    either.say("dana", LOG)
    # 08:00 in Los Angeles
    assert [one for one in morning(either, f"{TUESDAY} 16:00") if "dana" in one] == [f"{TUESDAY} 10:00 dana"]


@pytest.mark.parametrize(
    ("logged", "next_day"),
    [
        ("Friday 2026-03-06 10:00", "Monday 2026-03-09"),  # the clocks go ahead
        ("Friday 2026-10-30 10:00", "Monday 2026-11-02"),  # and back
    ],
)
def test_once_each_morning_over_the_nights_the_clocks_change(either, logged, next_day):
    either.tick(logged)
    either.say("dana", LOG)
    found = [one for one in morning(either, f"{next_day} 16:30") if "dana" in one]
    assert found == [f"{next_day} 08:00 dana"]


@pytest.mark.parametrize(
    ("zone", "day", "wished", "comes"),
    [
        # Open all day from 00:00: a wish at a time that the clocks skip comes when they have jumped over it.
        ("America/Chicago", "2026-03-08", 150, "2026-03-08T08:00:00+00:00"),
        # One that they show twice comes at its first showing.
        ("America/Chicago", "2026-11-01", 90, "2026-11-01T06:30:00+00:00"),
        # Where midnight itself is skipped, the day begins at one.
        ("Asia/Beirut", "2026-03-29", None, "2026-03-28T22:00:00+00:00"),
        ("Asia/Beirut", "2026-03-29", 30, "2026-03-28T22:00:00+00:00"),
    ],
)
def test_a_day_that_begins_at_midnight_has_one_morning(tmp_path, zone, day, wished, comes):
    every = HoursEntry(**dict.fromkeys(("sunday", "monday", "saturday"), "0:00-24:00"))
    agency = demo().model_copy(update={"hours": every, "zone": zone})
    with seeded(f"sqlite:///{tmp_path / 'zone.db'}", agency=agency, digests=True) as office:
        wish(office, "dana", digest_at=wished)
        with office.store.transaction() as db:
            (turn,) = [one for one in digests.turns(db) if 1 in one.members]
        due = datetime.fromisoformat(comes)
        assert turn.now(due) == (date.fromisoformat(day), due)
        assert turn.now(due.replace(microsecond=1))[1] == due


def test_the_night_desk_has_it_when_its_night_begins_and_not_again_after_midnight(tmp_path):
    night = HoursEntry(**dict.fromkeys(("monday", "tuesday", "wednesday"), "22:00-6:00"))
    agency = demo().model_copy(update={"hours": night})
    with seeded(
        f"sqlite:///{tmp_path / 'night.db'}", "Monday 2026-03-02 23:00", agency, digests=True
    ) as office:
        office.tick()
        office.say("dana", LOG)
        found = [one for one in morning(office, "Wednesday 2026-03-04 05:00") if "dana" in one]
        assert found == [f"{TUESDAY} 22:00 dana"]


def test_the_clock_thrown_back_says_nothing_twice_and_thrown_ahead_says_it_once(either):
    either.say("dana", LOG)
    either.tick(f"{TUESDAY} 08:00")
    assert "dana digest" in either.heard()
    for spelled in ("07:00", "07:30", "08:00", "08:20", "09:00"):
        either.tick(f"{TUESDAY} {spelled}")
        assert [one for one in either.heard() if "digest" in one] == []
    either.tick(f"{WEDNESDAY} 08:30")  # a day ahead
    assert either.heard().count("dana digest") == 1
    either.tick(f"{TUESDAY} 09:01")  # and put right
    either.until(f"{WEDNESDAY} 12:00")
    keys = [row.key for row in either.owed(Sending.SENT) if row.key.startswith("digest:1:")]
    assert keys == ["digest:1:2026-03-03", "digest:1:2026-03-04"]


def test_a_clock_that_was_a_week_ahead_does_not_silence_the_days_between(either):
    either.say("dana", LOG)
    either.tick("Tuesday 2026-03-10 12:00")
    either.heard()
    assert f"{TUESDAY} 08:00 dana" in morning(either.at(f"{TUESDAY} 07:00"), f"{TUESDAY} 09:00")


def test_two_replicas_at_once_owe_it_once(either):
    either.say("dana", LOG)
    now = moment(f"{TUESDAY} 08:00")
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: digests.sweep(either.store, now), range(4)))
    assert sum(counts) == 3
    asyncio.run(tick(either.store, either.senders, now))
    assert either.heard().count("dana digest") == 1


def test_a_look_that_was_cut_short_is_taken_up_again(either, monkeypatch):
    either.say("dana", LOG)
    with monkeypatch.context() as cut:
        cut.setattr(digests, "_looked", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            digests.sweep(either.store, moment(f"{TUESDAY} 08:00"))
    assert digests.sweep(either.store, moment(f"{TUESDAY} 08:01")) == 0
    assert len([row for row in either.owed() if row.kind == "digest"]) == 3
    with either.store.transaction() as db:
        assert db.get_one(Round, LOOKED).at == moment(f"{TUESDAY} 08:01")
        assert db.get_one(Round, NEXT).at == moment(f"{WEDNESDAY} 08:00")


def test_between_two_openings_a_round_asks_one_thing(either):
    either.say("dana", LOG)
    either.tick(f"{TUESDAY} 08:00")
    with counted(either) as statements:
        assert digests.sweep(either.store, moment(f"{TUESDAY} 08:00:15")) == 0
    assert len([one for one in statements if one.startswith("SELECT")]) <= 2
    assert not any("inquiry" in one or "deadline" in one for one in statements)


def test_it_costs_a_few_statements_however_many_staff_and_inquiries_there_are(either):
    def statements_at(spelled):
        with counted(either) as asked:
            count = digests.sweep(either.store, moment(spelled))
        return count, len(asked)

    either.say("dana", LOG)
    assert statements_at(f"{TUESDAY} 08:00")[0] == 3
    few = statements_at(f"{WEDNESDAY} 08:00")[1]
    hire(either, 600)
    assert statements_at("Thursday 2026-03-05 08:00")[0] == 603
    many = statements_at("Friday 2026-03-06 08:00")
    # One more transaction for each 500 words.
    assert many[0] == 603
    assert many[1] <= few + 3


def hire(office, count):
    """So many new members, one overdue inquiry each."""
    with office.store.transaction() as db:
        dana = db.get_one(Staff, 1)
        inquiry, clock = db.get_one(Inquiry, 1), db.exec(select(Deadline)).first()
        for number in range(count):
            one = Staff(
                **{**dana.model_dump(exclude={"id"}), "handle": f"m{number}", "email": f"m{number}@x.example"}
            )
            db.add(one)
            db.flush()
            asked = Inquiry(**{**inquiry.model_dump(exclude={"id"}), "owner_id": one.id})
            db.add(asked)
            db.flush()
            db.add(Deadline(**{**clock.model_dump(exclude={"id"}), "inquiry_id": asked.id}))


def test_for_one_wish_of_one_member_nobody_elses_inquiries_are_read(either):
    either.say("lee", LOG)
    either.say("dana", LOG)
    either.say("lee", "away from 2026-03-03 to 2026-03-03 alternate kim")
    for handle in ("dana", "kim"):
        wish(either, handle, digest_at=9 * 60)
    either.tick(f"{TUESDAY} 08:00")
    either.heard()
    with counted(either) as statements:
        assert digests.sweep(either.store, moment(f"{TUESDAY} 09:00")) == 2
    (nearest,) = [one for one in statements if "min(deadline.due)" in one]
    assert "owner_id IN" in nearest


def test_a_clock_moved_by_hand_stops_at_the_hour_that_somebody_prefers(office):
    wish(office, "dana", digest_at=8 * 60 + 40)
    found = next_moment(office.store, moment(f"{TUESDAY} 08:00"), moment(f"{TUESDAY} 12:00"))
    assert found == moment(f"{TUESDAY} 08:40")


def test_the_end_of_the_calendar_is_no_obstacle(tmp_path):
    holidays = HolidaysEntry(country="US", first_year=2026, last_year=2026)
    agency = demo().model_copy(update={"holidays": holidays})
    with seeded(
        f"sqlite:///{tmp_path / 'year.db'}", "Wednesday 2026-12-30 09:00", agency, digests=True
    ) as office:
        office.tick()
        office.say("dana", LOG)
        assert "Thursday 2026-12-31 08:00 dana" in morning(office, "Thursday 2026-12-31 12:00")
        assert facts(office, "dana")["next_day"] is None
        office.at("Thursday 2026-12-31 18:00")
        assert facts(office, "dana")["is_today"] is True
