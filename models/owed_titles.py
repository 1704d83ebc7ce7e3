"""What a word that is owed is about, as a person would say it: "the reminder that INQ-7 is overdue"."""

from collections.abc import Mapping
from typing import Any

# One for each template that is ever owed; {number}, {name} and {recipient} are facts of theirs.
TITLES = {
    "asked_reminder": "the reminder of {number} that they asked for",
    "calendar_ends": "the word that the office calendar ends soon",
    "closure_told": "the word that the office will be closed",
    "deadlines_moved": "the word that deadlines of theirs have moved",
    "digest": "the list for their morning",
    "due_now": "the reminder that {number} is due now",
    "due_soon": "the reminder that {number} is due soon",
    "excuse_over": "the word that {number} is not excused any more",
    "extension_decided": "the decision about more time for {number}",
    "extension_wanted": "the question whether {number} gets more time",
    "inquiry_done_by": "the word that a colleague has done something about {number}",
    "inquiry_handed_over": "the word that {number} is theirs now",
    "inquiry_paused": "the word that {number} is paused",
    "inquiry_reopened": "the word that {number} is open again",
    "inquiry_resumed": "the word that {number} runs again",
    "inquiry_taken_on": "the word that {number} has a new owner",
    "late": "the reminder that {number} is past due",
    "logged_in_thread": "the number {number} beneath a message",
    "overdue": "the reminder that {number} is overdue",
    "pause_old": "the question whether {number} still waits",
    "schedule_set": "the word about their working hours",
    "standard_not_coming": "the word that a standard does not come into force",
    "standard_told": "the standard of their department",
    "survey_invitation": "the survey about {number}",
    "survey_undelivered": "the survey of {number}, to be sent by hand",
    "undelivered": "the word that a message to {recipient} did not arrive",
    "you_cover": "the word that they cover for {name}",
    "you_cover_no_longer": "the word that they need not cover for {name} any more",
}
ANSWER = "the answer to what they wrote"
# For words of a newer Replyby, or of none: what failed must not fail again for want of a title.
UNTITLED = "a message"
_UNKNOWN = {"number": "an inquiry", "name": "a colleague", "recipient": "a colleague"}


def title_of(kind: str, template: str, facts: Mapping[str, Any]) -> str:
    """What a word of this kind is about. Any template may be the answer to what somebody wrote."""
    if kind == "answer":
        return ANSWER
    known = {**_UNKNOWN, **facts, "number": number_of(facts) or _UNKNOWN["number"]}
    return TITLES.get(template, UNTITLED).format_map(known)


def number_of(facts: Mapping[str, Any]) -> str | None:
    """The number of the inquiry that the word is about; a survey names it by its id."""
    if "survey" in facts:
        return f"INQ-{str(facts['survey']).partition('.')[0]}"
    number = str(facts.get("number") or "")
    return number if number.startswith("INQ-") else None
