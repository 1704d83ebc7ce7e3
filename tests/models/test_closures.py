"""Public holidays, frozen from python-holidays, and an agency's own file."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from models.calendar import Closure
from models.closures import freeze, read_closures
from tests.models.spelled_dates import day

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)

FEDERAL_2026 = [
    ("Thursday 2026-01-01", "New Year's Day"),
    ("Monday 2026-01-19", "Martin Luther King Jr. Day"),
    ("Monday 2026-02-16", "Washington's Birthday"),
    ("Monday 2026-05-25", "Memorial Day"),
    ("Friday 2026-06-19", "Juneteenth National Independence Day"),
    ("Friday 2026-07-03", "Independence Day (observed)"),
    ("Saturday 2026-07-04", "Independence Day"),
    ("Monday 2026-09-07", "Labor Day"),
    ("Monday 2026-10-12", "Columbus Day"),
    ("Wednesday 2026-11-11", "Veterans Day"),
    ("Thursday 2026-11-26", "Thanksgiving Day"),
    ("Friday 2026-12-25", "Christmas Day"),
]


def test_the_federal_holidays_of_2026_are_whole_days_in_order():
    assert freeze("US", FIRST, LAST) == tuple(Closure(day(on), name) for on, name in FEDERAL_2026)


def test_a_country_may_be_written_small():
    assert freeze("us", FIRST, LAST) == freeze("US", FIRST, LAST)


def test_a_holiday_of_the_next_year_is_kept_where_it_is_observed():
    # New Year's Day of 2028 is a Saturday.
    last = freeze("US", date(2027, 12, 26), date(2027, 12, 31))
    assert last == (Closure(day("Friday 2027-12-31"), "New Year's Day (observed)"),)


def test_a_subdivision_has_days_of_its_own():
    texas = {one.name for one in freeze("US", FIRST, LAST, "TX")}
    assert "Texas Independence Day" in texas
    assert "Texas Independence Day" not in {one.name for one in freeze("US", FIRST, LAST)}


@pytest.mark.parametrize(
    ("country", "subdivision", "said"),
    [("XX", None, "'XX'"), ("US", "ZZ", "'US ZZ'"), ("", None, "''")],
)
def test_a_place_that_is_not_known_is_refused_in_a_sentence(country, subdivision, said):
    with pytest.raises(ValueError, match=f"python-holidays has no public holidays for {said}"):
        freeze(country, FIRST, LAST, subdivision)


def test_years_that_python_holidays_does_not_know_are_refused():
    with pytest.raises(ValueError, match=r"knows US from 1777 to 2100, not from 2099 to 2101"):
        freeze("US", date(2099, 1, 1), date(2101, 12, 31))


OWN = """
[[closure]]
day = 2026-02-18
name = "Moving house"

[[closure]]
day = 2026-02-17
name = "Snow"
hours = "13:00-17:00"

[[closure]]
day = 2026-03-02
name = "Training"
hours = "8:00-9:00, 16:00-17:00"
"""


def test_an_agencys_own_file_gives_whole_days_and_hours(tmp_path):
    path = tmp_path / "closures.toml"
    path.write_text(OWN)
    assert read_closures(path) == (
        Closure(day("Tuesday 2026-02-17"), "Snow", 780, 1020),
        Closure(day("Wednesday 2026-02-18"), "Moving house"),
        Closure(day("Monday 2026-03-02"), "Training", 480, 540),
        Closure(day("Monday 2026-03-02"), "Training", 960, 1020),
    )
    assert read_closures(str(path)) == read_closures(path)


def test_an_empty_file_closes_nothing(tmp_path):
    path = tmp_path / "closures.toml"
    path.write_text("# none this year\n")
    assert read_closures(path) == ()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.toml"):
        read_closures(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[closure]\n", r"closures\.toml: .*line 1"),
        ("closed = true\n", r"closures\.toml: unknown key 'closed'"),
        ("[closure]\nday = 2026-02-17\n", r"closures\.toml: .*double brackets"),
        ("closure = [1]\n", r"closures\.toml, closure 1: .*a day, a name"),
        (OWN + "[[closure]]\nname = 'x'\n", r"closures\.toml, closure 4: day is missing or no date"),
        ("[[closure]]\nday = '2026-02-17'\nname = 'x'\n", r"closure 1: day is missing or no date"),
        ("[[closure]]\nday = 2026-02-17T10:00:00\nname = 'x'\n", r"closure 1: day is missing or no date"),
        ("[[closure]]\nday = 2026-02-17\n", r"closure 1: .*2026-02-17 has no name"),
        ("[[closure]]\nday = 2026-02-17\nname = ' '\n", r"closure 1: .*2026-02-17 has no name"),
        ("[[closure]]\nday = 2026-02-17\nname = 'x'\nhour = '1'\n", r"closure 1: unknown key 'hour'"),
        ("[[closure]]\nday = 2026-02-17\nname = 'x'\nhours = '1-5'\n", r"closure 1: Hours are written like"),
        ("[[closure]]\nday = 2026-02-17\nname = 'x'\nhours = ''\n", r"closure 1: the hours on 2026-02-17"),
        ("[[closure]]\nday = 2026-02-17\nname = 'x'\nhours = 13\n", r"closure 1: the hours on 2026-02-17"),
    ],
)
def test_a_fault_names_the_file_and_the_entry(tmp_path, text, said):
    path = tmp_path / "closures.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=said):
        read_closures(path)


def test_reckoning_needs_neither_a_database_nor_the_holiday_library():
    unwanted = "{'holidays', 'sqlalchemy'} & set(sys.modules)"
    asked = f"import sys, models.closures, models.deadline; print(sorted({unwanted}))"
    here = Path(__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", asked], cwd=here, capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
