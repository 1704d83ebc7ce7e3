"""Times are told in the reader's zone, with the office's beside it where they differ."""

import pytest

from bot.assemble import TEMPLATES
from bot.voice import Voice
from tests.seeded import seeded

DUE = "2026-03-03T23:00:00+00:00"  # Tuesday 17:00 in Chicago


def spoken(dialect: str, instant: str, zone: str | None, language: str = "en") -> str:
    facts = {"number": "INQ-1", "by": "Dana", "at": instant, "resolution": "sent"}
    voice = Voice(TEMPLATES, dialect, "America/Chicago", str)
    return str(voice.say("already_closed", facts, language, zone).body)


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        (None, "on Tue 2026-03-03 17:00 CST."),
        ("America/Chicago", "on Tue 2026-03-03 17:00 CST."),
        ("America/Winnipeg", "on Tue 2026-03-03 17:00 CST."),  # another name for the same time
        ("America/Denver", "on Tue 2026-03-03 16:00 MST (17:00 CST at the office)."),
        ("Asia/Tokyo", "on Wed 2026-03-04 08:00 JST (Tue 2026-03-03 17:00 CST at the office)."),
        ("Nowhere/Town", "on Tue 2026-03-03 17:00 CST."),
    ],
)
def test_a_reader_elsewhere_sees_both_times(zone: str | None, told: str) -> None:
    assert told in spoken("plain", DUE, zone)


def test_a_zone_that_differs_on_some_days_only_is_told_on_those() -> None:
    # Phoenix keeps no summer time: with Denver it agrees in winter.
    winter, summer = "2026-03-03T23:00:00+00:00", "2026-07-01T22:00:00+00:00"
    voice = Voice(TEMPLATES, "plain", "America/Denver", str)
    facts = {"number": "INQ-1", "by": "Dana", "resolution": "sent"}
    told = [
        str(voice.say("already_closed", {**facts, "at": one}, "en", "America/Phoenix").body)
        for one in (winter, summer)
    ]
    assert ["at the office" in one for one in told] == [False, True]


def test_slack_shows_its_own_date_and_the_office_beside() -> None:
    told = spoken("slack", DUE, "America/Denver")
    assert "<!date^1772578800^{date_long} at {time}|Tue 2026-03-03 16:00 MST>" in told
    assert "(17:00 CST at the office)" in told


def test_reminders_and_answers_are_told_so_to_who_works_elsewhere(database_url: str) -> None:
    with seeded(database_url) as office:
        office.change("dana", zone="America/Denver")
        logged = office.say(
            "dana", "inquiry log email from Jane Doe about a permit", "Monday 2026-03-02 09:00"
        )
        assert logged.zone == "America/Denver"
        office.tick("Tuesday 2026-03-03 16:00")
        assert {(one.to.user, one.zone) for one in office.chat.said} == {("dana", "America/Denver")}
