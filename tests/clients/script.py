"""What happens on the day: step by step, whoever says it, and what must be read then."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Something that happens, and words that must be read then (`absent`: must not).

    `on` names the earlier step whose message or form is meant. `values` are filled into a form; `faults`
    names the fields that are wrong then. `at` moves the clock first.
    """

    name: str
    who: str
    does: str
    words: str = ""
    expects: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    at: str = ""
    on: str = ""
    values: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()


DAY = (
    Step("welcome", "dana", "arrive", "", ("nothing of yours is due", "Log an inquiry")),
    Step(
        "logged", "dana", "command",
        "inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40",
        ("INQ-1", "Jane Doe", "2026-03-03 17:00 CST", "Dana Whitfield", "R5"),
    ),
    Step("log_form", "dana", "opens", "Log an inquiry", ("From", "Received"), on="welcome"),
    Step(
        "log_preview", "dana", "looks", "", ("2026-03-03 17:00 CST", "R5"), on="log_form",
        values=(("channel", "email"), ("received_time", "08:55")),
    ),
    Step("log_faults", "dana", "submits", on="log_preview", faults=("customer", "subject")),
    Step(
        "logged_by_form", "dana", "submits", "", ("INQ-2", "Ann Ho", "2026-03-03 17:00 CST"),
        on="log_preview",
        values=(("customer", "Ann Ho"), ("email", "ann@example.org"), ("subject", "property tax")),
    ),
    Step(
        "logged_letter", "dana", "say", "inquiry log letter from Ben Ode about a form",
        ("INQ-3", "Ben Ode", "2026-03-09 17:00 CDT"),
    ),
    Step("mine", "dana", "say", "inquiry mine", ("INQ-1", "INQ-2", "INQ-3")),
    Step("misspelt", "dana", "say", "inquiry lgo call", ("inquiry log",)),
    Step("shown", "dana", "press", "Show", ("INQ-1", "Jane Doe", "608-555-0133"), on="logged"),
    Step("ack_form", "dana", "opens", "Acknowledge", ("Ann Ho", "Another day"), on="logged_by_form"),
    Step(
        "acknowledged", "dana", "submits", "", ("INQ-2", "2026-03-05 17:00 CST", "R2"), on="ack_form",
        values=(("by", "other"), ("by_day", "2026-03-05"), ("said", "We are looking into it")),
    ),
    Step("colleague", "lee", "arrive", "", ("Lee Okafor",)),
    Step("boss", "sam", "arrive", "", ("Your team",)),
    Step("hand_form", "dana", "opens", "Hand over", ("Lee Okafor",), on="acknowledged"),
    Step(
        "handed_over", "dana", "submits", "", ("INQ-2", "Lee Okafor"), on="hand_form",
        values=(("to", "lee"),),
    ),
    Step("taken_over", "lee", "heard", "", ("INQ-2", "Ann Ho", "2026-03-05 17:00 CST")),
    Step("taken_shown", "lee", "say", "inquiry show INQ-2", ("INQ-2", "Ann Ho")),
    Step("not_yours", "dana", "say", "desk team", ("supervisors", "Sam Castellano")),
    Step("team", "sam", "say", "desk team", ("Dana Whitfield", "Lee Okafor")),
    Step("letter", "dana", "say", "inquiry show INQ-3", ("INQ-3", "Ben Ode", "2026-03-09 17:00 CDT")),
    Step("more_time_form", "dana", "opens", "More time", ("Ben Ode", "New day"), on="letter"),
    Step("no_reason", "dana", "submits", on="more_time_form", faults=("reason",)),
    Step(
        "more_time_asked", "dana", "submits", "", ("INQ-3", "Sam Castellano"), on="more_time_form",
        values=(("reason", "the file is in the archive"), ("until_day", "2026-03-12")),
    ),
    Step(
        "asked_for_time", "sam", "heard", "",
        ("INQ-3", "the file is in the archive", "2026-03-12 17:00 CDT"),
    ),
    Step(
        "given", "sam", "press", "Grant until Thu 2026-03-12 17:00", ("INQ-3", "2026-03-12 17:00 CDT"),
        on="asked_for_time",
    ),
    Step("given_to", "dana", "heard", "", ("INQ-3", "Sam Castellano", "2026-03-12 17:00 CDT")),
    Step("away_form", "dana", "opens", "Plan an absence", ("First day away", "Lee Okafor"), on="welcome"),
    Step(
        "away", "dana", "submits", "", ("Lee Okafor", "2026-03-09", "INQ-3", "lee@riverbend.example"),
        on="away_form", values=(("first", "2026-03-09"), ("last", "2026-03-13"), ("alternate", "lee")),
    ),
    Step("covers", "lee", "heard", "", ("Dana Whitfield", "2026-03-09")),
    Step("prefer_form", "dana", "opens", "Preferences", ("Language",), on="welcome"),
    Step("preferred", "dana", "submits", "", ("Your digest comes", "2026-03-03 08:00 CST"), on="prefer_form"),
    Step("home", "dana", "home", "", ("INQ-1", "INQ-3")),
    Step("digest", "dana", "heard", "", ("INQ-1",), at="Tuesday 2026-03-03 08:00"),
    Step(
        "reminder", "dana", "heard", "", ("INQ-1", "Jane Doe", "2026-03-03 17:00 CST"),
        at="Tuesday 2026-03-03 13:00",
    ),
    Step("snoozed", "dana", "press", "Snooze 1 hour", ("INQ-1", "2026-03-03 14:00 CST"), on="reminder"),
    Step("reminder_again", "dana", "heard", "", ("INQ-1", "Jane Doe"), at="Tuesday 2026-03-03 14:00"),
    Step("answered", "dana", "press", "Answered", ("INQ-1",), on="reminder_again"),
    Step("reminder_edited", "dana", "reads", "", ("INQ-1", "Dana Whitfield"), on="reminder"),
    Step(
        "stale", "dana", "press", "Answered", ("INQ-1", "You answered it", "2026-03-03 14:00 CST"),
        on="reminder",
    ),
    Step("close_form", "dana", "opens", "Close…", ("What was done",), on="answered"),
    Step("no_resolution", "dana", "submits", on="close_form", faults=("resolution",)),
    Step(
        "closed", "dana", "submits", "", ("INQ-1", "Permit sent by mail", "/survey/"), on="close_form",
        values=(("resolution", "Permit sent by mail"),),
    ),
    Step("survey", "dana", "survey", on="closed"),
    Step("shared_form", "dana", "shares", "The fence by the school is down again.", ("About",)),
    Step(
        "shared", "dana", "submits", "", ("INQ-4", "Maria Lopez"), on="shared_form",
        values=(("customer", "Maria Lopez"),),
    ),
    Step("shared_thread", "dana", "thread", "", ("INQ-4",), absent=("Lopez",)),
    Step("shared_answered", "dana", "say", "inquiry answer INQ-4", ("INQ-4", "Maria Lopez")),
    Step("due_now", "lee", "heard", "", ("INQ-2", "Ann Ho"), at="Thursday 2026-03-05 17:00"),
    Step("team_digest", "sam", "heard", "", ("INQ-2", "Lee Okafor"), at="Friday 2026-03-06 08:00"),
    Step("overdue", "sam", "heard", "", ("INQ-2", "Ann Ho"), at="Friday 2026-03-06 10:00"),
    Step("team_home", "sam", "home", "", ("Your team",)),
    Step(
        "answer_form", "lee", "opens", "Answered, with a note", ("What you told the customer",),
        on="taken_shown",
    ),
    Step(
        "answered_late", "lee", "submits", "", ("INQ-2", "missed"), on="answer_form",
        values=(("said", "The bill was right"),),
    ),
)  # fmt: skip
