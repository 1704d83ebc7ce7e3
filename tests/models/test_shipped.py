"""When each shipped standard is due on each channel. Chicago, Monday to Friday 8 to 17, federal holidays."""

from datetime import UTC, date

import pytest

from models.calendar import Calendar, hours
from models.closures import freeze
from models.deadline import reckon_all
from models.standard import CHANNELS, load_standard, shipped
from tests.models.spelled_dates import at

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
OFFICE = Calendar(
    "America/Chicago", (hours("8:00-17:00"),) * 5 + ((), ()), freeze("US", FIRST, LAST), FIRST, LAST
)

# A plain Tuesday; a Friday after closing, with a holiday (Washington's Birthday) on the Monday.
PLAIN, LONG_WEEKEND = "Tuesday 2026-03-03 09:15", "Friday 2026-02-13 17:30"
DUE = {
    ("departmental", "R5"): ("Wednesday 2026-03-04 17:00", "Wednesday 2026-02-18 17:00"),
    ("departmental", "R6"): ("Tuesday 2026-03-10 17:00", "Friday 2026-02-20 17:00"),
    ("departmental", "default"): ("Thursday 2026-03-05 17:00", "Thursday 2026-02-19 17:00"),
    ("madison-hr", "R1"): ("Thursday 2026-03-05 17:00", "Thursday 2026-02-19 17:00"),
    ("madison-hr", "R3"): ("Thursday 2026-03-05 09:15", "Thursday 2026-02-19 08:00"),
    ("madison-hr", "default"): ("Thursday 2026-03-05 17:00", "Thursday 2026-02-19 17:00"),
    ("san-jose", "R8"): ("Wednesday 2026-03-04 17:00", "Wednesday 2026-02-18 17:00"),
    ("williamson", "default"): ("Thursday 2026-03-05 17:00", "Thursday 2026-02-19 17:00"),
    ("marion", "default"): ("Thursday 2026-03-05 17:00", "Thursday 2026-02-19 17:00"),
}
RULES = {
    "departmental": ["R5", "R5", "R5", "default", "R6", "R6", "default"],
    "madison-hr": ["R1", "R3", "R3", "default", "default", "default", "default"],
    "san-jose": ["R8"] * 7,
    "williamson": ["default"] * 7,
    "marion": ["default"] * 7,
}


def test_the_table_knows_every_standard_and_every_channel():
    assert sorted(RULES) == list(shipped())
    assert CHANNELS == ("email", "call", "voicemail", "walk-in", "letter", "form", "chat")
    assert {(name, rule) for name, rules in RULES.items() for rule in rules} == set(DUE)


@pytest.mark.parametrize(
    ("standard", "channel", "rule"),
    [
        (name, channel, rule)
        for name, rules in RULES.items()
        for channel, rule in zip(CHANNELS, rules, strict=True)
    ],
)
@pytest.mark.parametrize("which", [0, 1])
def test_each_channel_of_each_standard_is_due_when_its_policy_says(standard, channel, rule, which):
    received = at((PLAIN, LONG_WEEKEND)[which])
    (found,) = reckon_all(received, load_standard(standard), channel, OFFICE)
    assert found.rule == rule
    assert found.due == at(DUE[standard, rule][which])
    assert found.due.tzinfo is UTC
    assert any("Monday 2026-02-16: Washington's Birthday" in one for one in found.because) == (
        which == 1 and rule != "R6"
    )
    assert (found.because[0].endswith("Replyby's own default of 2 business days applies.")) == (
        rule == "default"
    )


def test_san_joses_acknowledgement_with_a_time_meets_its_one_business_day():
    (found,) = reckon_all(at("Thursday 2026-12-24 16:59"), load_standard("san-jose"), "email", OFFICE)
    assert (found.kind, found.rule, found.citation) == ("respond", "R8", "SJ dept. 6a")
    assert found.met_by == ("answer", "acknowledgement")
    assert found.aim == found.due == at("Monday 2026-12-28 17:00")
    assert "Skipped Friday 2026-12-25: Christmas Day." in found.because
