"""The calendar that ends: who hears of it 90 days before, and what becomes of words on its last day."""

import pytest
from sqlmodel import select

from bot.assemble import TEMPLATES
from bot.voice import Voice
from models import outbox
from models.agency import Agency
from models.agency_file import HolidaysEntry
from models.calendars import ClosureDay, put_in_force
from models.outbox import Sending
from models.standard import CHANNELS
from scheduler import calendar_ends, nudges, reminders
from tests.models.spelled_dates import day
from tests.scheduler.own_hours import OFFICE, SATURDAY, keeps, works
from tests.seeded import demo, moment, seeded

LOG = "inquiry log email from Jane Doe about a permit"
YEAR = demo().model_copy(update={"holidays": HolidaysEntry(country="US", first_year=2026, last_year=2026)})
BEFORE, FIRST = "Friday 2026-10-02 09:00", "Monday 2026-10-05 09:00"  # 90 and 87 days before
ALL = ["sam calendar_ends", "robin calendar_ends", "alex calendar_ends"]


@pytest.fixture
def ending(tmp_path):
    """The agency's calendar knows the days up to Thursday 2026-12-31."""
    with seeded(f"sqlite:///{tmp_path / 'year.db'}", "Thursday 2026-10-01 09:00", YEAR) as office:
        yield office


def extend(office, last="Friday 2027-12-31"):
    with office.store.transaction() as db:
        agency = db.exec(select(Agency)).one()
        agency.last = day(last)
        db.add(agency)
        put_in_force(db, office.now)


def test_supervisors_and_admins_hear_90_days_before_that_the_calendar_ends(ending):
    assert ending.until("Friday 2026-10-02 07:59") == []
    assert ending.until("Friday 2026-12-11 12:00") == [f"Friday 2026-10-02 08:00 {one}" for one in ALL]


def test_that_it_ends_is_said_once_whatever_closures_are_added(ending):
    ending.tick(BEFORE)
    with ending.store.transaction() as db:
        db.add(ClosureDay(day=day("Monday 2026-11-16"), name="Snow"))
        put_in_force(db, ending.now)
    for _ in range(2):
        ending.tick(FIRST)
    assert ending.heard() == ALL


def test_it_is_said_in_working_time_alone(ending):
    for at in ("Friday 2026-10-02 07:59", "Friday 2026-10-02 17:01", "Saturday 2026-10-03 12:00"):
        ending.tick(at)
    assert (ending.heard(), ending.owed()) == ([], [])


def test_a_calendar_that_was_extended_before_it_was_said_is_no_news(ending):
    calendar_ends.sweep(ending.store, ending.at(BEFORE).now)
    extend(ending)
    ending.tick()
    assert ending.heard() == []
    assert {row.reason for row in ending.owed()} == {"calendar-extended"}
    ending.tick("Monday 2027-10-04 09:00")
    assert ending.heard() == ALL
    assert {row.facts["last"] for row in ending.owed(Sending.SENT)} == {"2027-12-31"}


def test_an_extension_that_is_not_long_is_told_of_too(ending):
    ending.tick(BEFORE)
    extend(ending, "Friday 2027-01-01")
    ending.heard()
    ending.tick(FIRST)
    assert ending.heard() == ALL


def test_who_becomes_a_supervisor_later_hears_of_it_and_who_has_left_does_not(ending):
    ending.change("robin", active=False)
    ending.tick(BEFORE)
    assert ending.heard() == ["sam calendar_ends", "alex calendar_ends"]
    ending.change("kim", role="supervisor")
    ending.tick(FIRST)
    assert ending.heard() == ["kim calendar_ends"]


def test_who_is_away_hears_of_it_when_back_and_nobody_hears_twice(ending):
    ending.say("sam", "away from 2026-10-02 to 2026-10-05")
    ending.tick()
    ending.heard()
    assert ending.until("Tuesday 2026-10-06 12:00") == [
        "Friday 2026-10-02 08:00 robin calendar_ends",
        "Friday 2026-10-02 08:00 alex calendar_ends",
        "Tuesday 2026-10-06 08:00 sam calendar_ends",
    ]


def test_a_department_with_hours_of_its_own_makes_no_second_word(ending):
    keeps(ending, "Human Resources", *SATURDAY)
    ending.tick(BEFORE)
    assert ending.heard() == ALL
    assert [row.facts["whose"] for row in ending.owed()] == [["Riverbend County"]] * 3


def test_a_desk_that_opens_before_the_others_hears_first_and_for_itself(ending):
    keeps(ending, "Human Resources", *("6:00-17:00",) * 5)
    ending.tick("Friday 2026-10-02 07:00")
    assert ending.heard() == ["sam calendar_ends"]
    assert ending.owed()[0].facts["whose"] == ["Human Resources"]
    ending.tick("Friday 2026-10-02 08:00")
    assert sorted(ending.heard()) == ["alex calendar_ends", "robin calendar_ends"]


def test_the_day_from_which_inquiries_may_be_refused_is_the_first_on_which_one_is(ending):
    ending.tick(BEFORE)
    assert {row.facts["refused_from"] for row in ending.owed()} == {"2026-12-25"}

    def refused(on):
        said = [
            ending.say(
                "dana", f"inquiry log {channel} from Jane Doe 608-555-0133 about a permit", on
            ).template
            for channel in CHANNELS
        ]
        assert set(said) <= {"inquiry_logged", "beyond_calendar"}
        return "beyond_calendar" in said

    assert not refused("Thursday 2026-12-24 23:59")
    assert refused("Friday 2026-12-25 23:59")


@pytest.mark.parametrize("dialect", ["plain", "slack", "teams", "html"])
def test_every_voice_can_say_that_the_calendar_ends(ending, dialect):
    ending.tick(BEFORE)
    voice = Voice(TEMPLATES, dialect, "America/Chicago", str)
    said = voice.say("calendar_ends", ending.owed()[0].facts)
    assert said.title == "The calendar ends on Thu 2026-12-31"
    assert "replyby calendar --agency FOLDER" in str(said).replace("\\", "")


def test_on_the_last_evening_words_wait_and_nothing_is_an_alarm(ending, caplog):
    ending.at("Thursday 2026-12-31 18:00")
    ending.say("dana", "away from 2026-12-31 to 2026-12-31 alternate lee")
    with ending.store.transaction() as db:
        to = outbox.to_staff(ending.member("kim"))
        outbox.put(db, "a", to, "help", {}, now=ending.now)
    ending.tick()
    assert ending.heard() == []
    assert caplog.records == []
    (waiting,) = ending.owed(Sending.OWED)
    assert waiting.not_before == moment("Friday 2027-01-01 00:00")


def test_on_the_last_day_on_which_nobody_is_in_words_wait_and_nothing_is_an_alarm(ending, caplog):
    for handle in ("dana", "lee", "sam", "alex"):
        works(ending, handle, *OFFICE[:3])
    with ending.store.transaction() as db:
        outbox.put(db, "a", outbox.to_staff(ending.member("dana")), "help", {}, now=ending.now)
    ending.tick("Thursday 2026-12-31 10:00")
    assert caplog.records == []
    assert ending.owed()[0].not_before == moment("Friday 2027-01-01 00:00")


def test_a_colleague_can_be_told_of_on_the_last_evening(ending):
    ending.say("dana", LOG, "Tuesday 2026-12-29 10:00")
    ending.say("dana", "inquiry assign INQ-1 to kim", "Thursday 2026-12-31 18:00")
    extend(ending)
    ending.tick("Monday 2027-01-04 08:00")
    assert "kim inquiry_handed_over INQ-1" in ending.heard()


def test_what_waited_for_an_extension_is_said_after_it(ending):
    with ending.store.transaction() as db:
        outbox.put(
            db,
            "a",
            outbox.to_staff(ending.member("dana")),
            "help",
            {},
            now=moment("Thursday 2026-12-31 18:00"),
        )
    ending.tick("Thursday 2026-12-31 18:00")
    extend(ending)
    assert ending.until("Monday 2027-01-04 09:00") == [
        "Friday 2027-01-01 08:00 dana help"
    ]  # its holidays were not entered


@pytest.mark.parametrize("broken", [reminders, nudges, calendar_ends])
def test_a_sweep_that_fails_holds_up_no_other(ending, monkeypatch, caplog, broken):
    ending.say("dana", LOG, "Thursday 2026-10-01 09:00")
    with monkeypatch.context() as fault:
        fault.setattr(broken, "sweep", lambda store, now: 1 / 0)
        ending.tick("Friday 2026-10-02 13:00")
    assert [one.action for one in caplog.records] == ["sweep"]
    expected = {reminders: ALL, calendar_ends: ["dana due_soon INQ-1"]}
    assert ending.heard() == expected.get(broken, ["dana due_soon INQ-1", *ALL])
