"""Logging an inquiry, and looking at inquiries (R34)."""

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.clocks import buttons, reckoned, set_deadline, tell_new_owner
from handlers.log_clauses import log_clauses, unread
from handlers.needing import needed_facts, read_need, set_need
from handlers.paging import asked_page, page_of
from handlers.reading import (
    Customer,
    colleague,
    customer,
    may_see,
    number_alone,
    one_line,
    received,
    shortened,
    unquoted,
)
from handlers.requests import of_request
from handlers.shared import tell_thread
from handlers.when import Reading
from models import telling
from models.absence import covered_by
from models.extension import open_request
from models.inquiry import (
    Deadline,
    Happening,
    Inquiry,
    State,
    counted,
    deadlines,
    history,
    note,
    running,
)
from models.instant import iso
from models.lines import facts_of, unclosed_lines
from models.staff import Staff
from models.staff import ident as staff_id
from models.standard import CHANNELS

# What people call the channels.
CALLED = {
    "e-mail": "email",
    "mail": "letter",
    "phone": "call",
    "telephone": "call",
    "voice mail": "voicemail",
    "vm": "voicemail",
    "walkin": "walk-in",
    "walk in": "walk-in",
    "visit": "walk-in",
    "message": "chat",
}
LONGEST_SUBJECT = 500  # characters


def log(hearing: Hearing, rest: str) -> Reply:
    """Stores an inquiry with its deadlines; nothing is stored when a piece is missing."""
    parts = log_clauses(hearing, rest)
    channel = _channel(parts[""])
    who = customer(hearing, parts.get("from", ""))
    subject = one_line(unquoted(parts.get("about", "")))
    missing = [
        what
        for what, there in (
            ("the channel first: " + ", ".join(CHANNELS), channel),
            ("who it is from: from NAME", who.name),
            ("the subject: about SUBJECT", subject),
            ("when it was received: received WHEN", parts.get("received", "now")),
            ("when the customer needs it: needed by WHEN", parts.get("needed by", "-")),
        )
        if not there
    ]
    if missing or channel is None:
        raise Refusal(
            "missing_piece", missing=missing, usage="/inquiry log call from Jane Doe about a permit"
        )
    moment = received(hearing, parts["received"]) if "received" in parts else Reading(hearing.now)
    by = read_need(hearing, parts["needed by"]) if "needed by" in parts else None
    owner = colleague(hearing, parts["owner"]) if "owner" in parts else hearing.speaker
    return store(hearing, channel, who, subject, moment, owner, by, unread(parts["about"]))


def _channel(words: str) -> str | None:
    """The channel named; None when none is. Raises a refusal for a word that is no channel."""
    said = one_line(words).casefold()
    for article in ("a ", "an ", "the "):
        said = said.removeprefix(article)
    channel = CALLED.get(said, said)
    if said and channel not in CHANNELS:
        raise Refusal("unknown_channel", given=said[:40], channels=list(CHANNELS))
    return channel or None


def store(
    hearing: Hearing,
    channel: str,
    who: Customer,
    subject: str,
    moment: Reading,
    owner: Staff,
    by: Reading | None,
    unread_clause: str | None,
    source: str | None = None,
) -> Reply:
    """Stores an inquiry with its deadlines.

    by: when the customer needs it. unread_clause: what of the subject may have been meant for a clause.
    source: the message that it was made of ("message:slack:C…:1700000000.000100"); its thread hears of it.
    """
    db, now = hearing.db, hearing.now
    if subject.endswith(".") and not subject.endswith(".."):
        # It stands in sentences of ours, which end by themselves.
        subject = subject[:-1]
    standard, reckonings = reckoned(hearing, owner, channel, moment.instant)
    inquiry = Inquiry(
        department_id=owner.department_id,
        owner_id=staff_id(owner),
        channel=channel,
        customer=who.name,
        phone=who.phone,
        email=who.email,
        chat=who.chat,
        subject=shortened(subject, LONGEST_SUBJECT),
        received_at=moment.instant,
        logged_at=now,
        logged_by_id=staff_id(hearing.speaker),
        source=source,
    )
    db.add(inquiry)
    db.flush()
    note(db, inquiry, Happening.LOGGED, staff_id(hearing.speaker), now, received=iso(moment.instant))
    clocks = [set_deadline(hearing, inquiry, one, standard) for one in reckonings]
    db.flush()
    if source:
        tell_thread(hearing, inquiry, source)
    need = set_need(hearing, inquiry, by) if by else None
    mine = owner.id == hearing.speaker.id
    told = None if mine else tell_new_owner(hearing, inquiry, owner, running(db, inquiry))
    nearest = min(clocks, key=lambda clock: clock.due)
    facts: Facts = {
        **telling.of_inquiry(db, inquiry),
        "assumed": moment.assumed,
        "yours": mine,
        "covered_by": told.name if told and told.id != owner.id else None,
        "still_seen": may_see(hearing, inquiry),
        "standard": standard.title,
        "next": telling.of_deadline(nearest, now),
        "needed": needed_facts(hearing, inquiry, need, by) if need and by else None,
        "unread": unread_clause,
        "cut": LONGEST_SUBJECT if inquiry.subject != subject else None,
    }
    offered = telling.buttons(inquiry, [*clocks, need] if need else clocks) if facts["still_seen"] else ()
    return Reply("inquiry_logged", facts, tuple(Choice(**one) for one in offered))


def show(hearing: Hearing, rest: str) -> Reply:
    """One inquiry with its deadlines and history."""
    inquiry = number_alone(hearing, rest, "/inquiry show INQ-1")
    db = hearing.db
    happened, request = history(db, inquiry), open_request(db, inquiry)
    names = {one.by_id: db.get_one(Staff, one.by_id).name for one in happened}
    events = [
        {"at": iso(one.at), "what": one.what.value, "by": names[one.by_id], **_detail(one.detail)}
        for one in happened
    ]
    facts: Facts = {
        **telling.of_inquiry(db, inquiry),
        "resolution": inquiry.resolution,
        "deadlines": [telling.of_deadline(one, hearing.now) for one in _in_order(hearing, inquiry)],
        "events": events,
        "request": of_request(hearing, request) if request else None,
    }
    return Reply("inquiry_shown", facts, _next_steps(hearing, inquiry))


def _in_order(hearing: Hearing, inquiry: Inquiry) -> list[Deadline]:
    """Those that run, the nearest due first; then what was met or missed; last what was replaced."""
    ended = [one for one in deadlines(hearing.db, inquiry) if one.ended_at is not None]
    replaced = [telling.standing(one, hearing.now) == "replaced" for one in ended]
    ranked = sorted(zip(replaced, ended, strict=True), key=lambda pair: pair[0])
    return [*running(hearing.db, inquiry), *(one for _, one in ranked)]


def _next_steps(hearing: Hearing, inquiry: Inquiry) -> tuple[Choice, ...]:
    steps = buttons(hearing, inquiry)[:-1]  # all but to show it
    if inquiry.state in (State.OPEN, State.ACKNOWLEDGED):
        noted = Choice("Answered, with a note", f"form answer {inquiry.number}")
        # What was promised is not extended: another time is promised.
        counts = any(counted(one) for one in running(hearing.db, inquiry))
        more = (Choice("More time", f"inquiry extend {inquiry.number}"),) if counts else ()
        return (*steps, *more, noted)
    return (*steps, Choice("Reopen…", f"inquiry reopen {inquiry.number}"))


def _detail(detail: Facts) -> Facts:
    """What an event may carry: "until" an instant, words "said", "to" whom, "because" of what."""
    return {name: detail.get(name) for name in ("until", "said", "to", "because")}


def why(hearing: Hearing, rest: str) -> Reply:
    """The whole reckoning of each deadline, step by step, as it was stored with its versions."""
    inquiry = number_alone(hearing, rest, "/inquiry why INQ-1")
    clocks = deadlines(hearing.db, inquiry)
    facts: Facts = {
        **telling.of_inquiry(hearing.db, inquiry),
        "deadlines": [
            {
                **telling.of_deadline(one, hearing.now),
                "because": one.because,
                "standard": one.standard,
                "standard_version": one.standard_version,
                "calendar_version": one.calendar_version,
            }
            for one in clocks
        ],
    }
    return Reply("inquiry_why", facts, (Choice("Show", f"inquiry show {inquiry.number}"),))


def mine(hearing: Hearing, rest: str) -> Reply:
    """The speaker's inquiries that are not closed, and those of whom the speaker covers for today."""
    number = asked_page(rest, "inquiry mine")
    me = staff_id(hearing.speaker)
    owners = [me, *covered_by(hearing.db, hearing.speaker, hearing.today)]
    page = page_of(unclosed_lines(hearing.db, owners), number, "inquiry mine")
    lines = facts_of(hearing.db, page.shown, hearing.now)
    for line in lines:
        owner = line["owner"]
        line["covering_for"] = owner["name"] if owner["handle"] != hearing.speaker.handle else None
    choices = (Choice("Log an inquiry", "inquiry log"), Choice("Home", "home"), *page.choices())
    return Reply("inquiries_mine", {"lines": lines, **page.facts()}, choices)
