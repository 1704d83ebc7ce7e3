"""`replyby calendar`: the files are read again, with a look before anything is applied."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from bot.calendar_files import over_midnight, read_again
from models.agency_file import read_agency
from models.calendars import ClosureDay, WeeklyHours, calendar_of
from models.inquiry import Deadline, Event, Happening
from models.staff import Staff
from tests.models.spelled_dates import day
from tests.seeded import DEMO, seeded


@pytest.fixture
def files(tmp_path):
    """A copy of the demonstration's folder, to be changed."""
    folder = tmp_path / "agency"
    folder.mkdir()
    for name in ("agency.toml", "closures.toml"):
        (folder / name).write_text((DEMO / name).read_text())
    return folder


@pytest.fixture
def office(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'x.db'}") as found:
        yield found


def change(folder: Path, old: str, new: str, name: str = "agency.toml") -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def add_closure(folder: Path, on: str, name: str, hours: str = "") -> None:
    extra = f'hours = "{hours}"\n' if hours else ""
    text = (folder / "closures.toml").read_text()
    (folder / "closures.toml").write_text(f'{text}\n[[closure]]\nday = {on}\nname = "{name}"\n{extra}')


def again(office, folder, apply=True):
    return read_again(office.store, read_agency(folder), office.now, apply)


def standing(office, name):
    return sorted(
        str(row.day) for row in office.rows(ClosureDay) if row.name == name and row.ended_at is None
    )


def test_files_that_say_the_same_change_nothing(office, files):
    before = [row.model_dump() for row in office.rows(ClosureDay)]
    done = again(office, files)
    assert (done.changes, done.lines, done.told) == (False, (), 0)
    assert [row.model_dump() for row in office.rows(ClosureDay)] == before


def test_hours_that_run_over_midnight_are_told_when_they_are_seeded_and_read_again(files, tmp_path):
    change(files, 'friday = "', 'friday = "17:00-8:00" # "')
    words = ("--agency", str(files), "--database", f"sqlite:///{tmp_path / 'night.db'}")
    for command in ("seed", "calendar"):
        run = [sys.executable, "-m", "bot", command, *words]
        done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0
        (line,) = [one for one in done.stdout.splitlines() if "midnight" in one]
        assert line.startswith("These hours run over midnight, into the next day: Friday 17")
    assert over_midnight(read_agency(DEMO).hours.week()) == []


def test_a_look_changes_nothing_and_says_what_applying_does(office, files):
    office.say("dana", "inquiry log email from Jo about tax")
    office.say("dana", "inquiry log letter from Ann about fees needed by 2026-03-04 10:00")
    add_closure(files, "2026-03-03", "flood")
    add_closure(files, "2026-03-04", "training", "8:00-12:00")
    change(files, "last_year = 2032", "last_year = 2034")
    look = again(office, files, apply=False)
    assert standing(office, "flood") == []
    assert look.changes
    for line in (
        "Days known: 2020-01-01 to 2032-12-31 before, 2020-01-01 to 2034-12-31 now.",
        "  Tue 2026-03-03 flood",
        "  Wed 2026-03-04 8:00-12:00 training",
        "Deadlines that move: 1",
        "  INQ-1 Jo, with Dana Whitfield: Tue 2026-03-03 17:00 CST before, Wed 2026-03-04 17:00 CST now",
        "Promised or needed when the office is closed: 1",
        "  INQ-2 Ann, with Dana Whitfield: Wed 2026-03-04 10:00 CST",
    ):
        assert line in look.lines, look.lines
    done = again(office, files)
    assert (done.lines, done.told) == (look.lines, 1)
    assert again(office, files).changes is False
    assert f"{office.rows(Deadline)[0].due:%m-%d %H:%M}" == "03-04 23:00"
    (moved,) = [one for one in office.rows(Event) if one.what is Happening.MOVED]
    assert "read again" in moved.detail["said"]
    assert office.until("Monday 2026-03-02 09:01")[-1].endswith("dana deadlines_moved")


def test_what_came_from_the_files_is_replaced_and_what_was_put_in_chat_stays(office, files):
    office.say("alex", '/desk closed apply 2026-03-10 "works"')
    office.say("sam", '/desk closed apply 2026-03-11 "moving"')
    office.say("robin", "/desk hours apply Tue-Sat 9-5 from 2026-04-01")
    office.say("alex", "/desk open apply 2026-05-25")
    assert standing(office, "Memorial Day")[6:8] == ["2027-05-31", "2028-05-29"]
    change(files, 'country = "US"', 'country = "US"\nsubdivision = "WI"')
    add_closure(files, "2026-03-12", "training")
    again(office, files)
    assert (standing(office, "works"), standing(office, "moving")) == (["2026-03-10"], ["2026-03-11"])
    # The holiday that was opened in chat is not closed again by the files.
    assert "2026-05-25" not in standing(office, "Memorial Day")
    assert standing(office, "training") == ["2026-03-12"]
    assert [row.ended_at for row in office.rows(WeeklyHours)] == [None]
    change(files, "2026-03-12", "2026-03-13", "closures.toml")
    again(office, files)
    assert standing(office, "training") == ["2026-03-13"]


def test_hours_are_taken_over_where_no_hours_were_set_in_chat(office, files):
    office.say("robin", "/desk hours apply Mon-Fri 9-5")
    for number in ("monday", "tuesday"):
        change(files, f'{number} = "8:00-17:00"', f'{number} = "8:00-18:00"')
    assert (
        "Hours: Mon-Fri 8:00-17:00 before, Mon-Tue 8:00-18:00, Wed-Fri 8:00-17:00 now."
        in again(office, files).lines
    )
    with office.store.transaction() as db:
        permits = db.exec(select(Staff).where(Staff.handle == "kim")).one().department_id
        assert calendar_of(db).week_on(day("Monday 2026-03-09"))[0] == ((480, 1080),)
        assert calendar_of(db, permits).week_on(day("Monday 2026-03-09"))[0] == ((540, 1020),)


def test_closures_of_every_year_go_on_into_the_new_years(office, files):
    office.say("alex", '/desk closed apply every Dec 24 12:00-17:00 "Eve"')
    office.say("sam", '/desk closed apply every first Monday of March "Founders"')
    office.say("sam", "/desk open apply every first Monday of March")
    change(files, "last_year = 2032", "last_year = 2034")
    done = again(office, files)
    assert "  Sat 2033-12-24 12:00-17:00 Eve" in done.lines
    assert standing(office, "Eve")[-2:] == ["2033-12-24", "2034-12-24"]
    assert standing(office, "Founders") == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "Riverbend County"', 'name = "Elsewhere"', "the files describe Elsewhere"),
        ('zone = "America/Chicago"', 'zone = "America/Denver"', "The zone of an agency"),
        ("last_year = 2032", "last_year = 2025", "2025-12-31"),
    ],
)
def test_another_agency_another_zone_and_years_that_are_over_are_refused(office, files, old, new, sentence):
    office.say("dana", "inquiry log letter from Ann about fees")
    change(files, old, new)
    with pytest.raises(ValueError, match=sentence):
        again(office, files)
    assert calendar_of_agency(office).last == day("Friday 2032-12-31")


def calendar_of_agency(office):
    with office.store.transaction() as db:
        return calendar_of(db)


def replyby(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=dict(os.environ),
    )


def test_the_command_shows_asks_and_applies(database_url, files):
    database = ("--database", database_url)
    assert "no agency" in replyby("calendar", *database).stderr
    replyby("seed", *database)
    same = replyby("calendar", *database)
    assert (same.returncode, same.stderr) == (0, "")
    assert "nothing was changed" in same.stdout
    words = ("calendar", "--agency", str(files), *database)
    change(files, "last_year = 2032", "last_year = 2033")
    no = replyby(*words, typed="n\n")
    assert (no.returncode, "Nothing was changed." in no.stdout) == (0, True)
    assert replyby(*words, typed="").returncode == 1
    yes = replyby(*words, typed="y\n")
    assert "to 2033-12-31 now" in yes.stdout
    assert "Applied; 0 colleagues hear of it." in yes.stdout
    change(files, "last_year = 2033", "last_year = 2034")
    assert "Applied" in replyby(*words, "--yes").stdout
    assert "nothing was changed" in replyby(*words).stdout
    assert replyby("calendar", "--agency", str(files / "none"), *database).returncode == 2
