"""A department sets its own plan of reminders in chat (R7, R9)."""

from models.adopting import Adoption
from models.inquiry import Deadline

LOG = "inquiry log email from Jane Doe about a permit"
SHORT = "2 business hours before, due, supervisor"


def test_a_supervisor_sets_the_plan_of_their_department(either):
    reply = either.say("sam", f"desk standard reminders {SHORT}")
    assert reply.template == "standard_adopted"
    assert reply.facts["reminders"] == ["2 business hours before", "due", "supervisor"]
    assert either.say("dana", "inquiry standard").facts["reminders"] == reply.facts["reminders"]
    either.say("dana", LOG)
    assert either.until("Wednesday 2026-03-04 09:00") == [
        "Tuesday 2026-03-03 15:00 dana due_soon INQ-1",
        "Tuesday 2026-03-03 17:00 dana due_now INQ-1",
        "Wednesday 2026-03-04 08:00 sam overdue INQ-1",
    ]


def test_the_plan_stays_when_a_rule_is_set_and_goes_with_another_standard(office):
    office.say("sam", f"desk standard reminders {SHORT}")
    office.say("sam", "desk standard set email 4 business hours")
    assert office.say("sam", "desk standard").facts["reminders"][0] == "2 business hours before"
    assert office.say("sam", "desk standard use san-jose").facts["reminders"][0] == "half"
    assert [one.reminders for one in office.rows(Adoption)][-1] == []


def test_the_usual_plan_is_had_again_and_a_slip_is_taken_back(office):
    office.say("sam", f"desk standard reminders {SHORT}")
    assert office.say("sam", f"desk standard reminders {SHORT}").template == "standard_already"
    assert office.say("sam", "desk standard reminders usual").facts["reminders"][0] == "half"
    assert office.say("sam", "desk standard undo").facts["department"]
    assert office.say("sam", "desk standard").facts["reminders"][0] == "2 business hours before"


def test_what_is_no_plan_is_refused_with_what_there_is(office):
    for words in (
        "tomorrow",
        "due",
        "99 business hours before, supervisor",
        "half; due",
        "late, late after 2 hours, supervisor",
        "supervisor after 4 hours, above after 1 hour",
    ):
        assert office.say("sam", f"desk standard reminders {words}").template == "reminders_unread"
    assert office.say("dana", f"desk standard reminders {SHORT}").template == "not_for_you"
    assert office.rows(Adoption) == []


def test_what_was_received_before_keeps_the_plan_of_its_day(office):
    office.say("dana", LOG)
    office.tick()
    office.say("sam", f"desk standard reminders {SHORT} from 2026-03-03")
    office.tick()
    (clock,) = office.rows(Deadline)
    assert "before-240" in [name for _, name, _ in clock.points]
