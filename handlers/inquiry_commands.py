"""What staff can say about inquiries and absences."""

from handlers import away, extending, inquiry, needing, pausing, reopening, resolving, standards
from handlers.command import Audience, Command

EVERYONE = Audience.EVERYONE

INQUIRY: tuple[Command, ...] = (
    Command(
        "inquiry log",
        inquiry.log,
        EVERYONE,
        "/inquiry log CHANNEL from NAME [PHONE or E-MAIL] about SUBJECT [received WHEN] "
        "[needed by WHEN] [owner WHO]",
        "/inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40",
        "Log an inquiry; see when it is due, and why.",
    ),
    Command(
        "inquiry show",
        inquiry.show,
        EVERYONE,
        "/inquiry show INQ-…",
        "/inquiry show INQ-1",
        "One inquiry with its deadlines and its history.",
    ),
    Command(
        "inquiry why",
        inquiry.why,
        EVERYONE,
        "/inquiry why INQ-…",
        "/inquiry why INQ-1",
        "How its deadlines were reckoned, day by day.",
    ),
    Command(
        "inquiry mine",
        inquiry.mine,
        EVERYONE,
        "/inquiry mine",
        "/inquiry mine",
        "Your inquiries that are not closed, the nearest deadline first.",
    ),
    Command(
        "inquiry extend",
        extending.extend,
        EVERYONE,
        "/inquiry extend INQ-… REASON [until WHEN]",
        "/inquiry extend INQ-1 information not readily available until Fri",
        "Take the longer time that the standard allows, or ask your supervisor for more.",
    ),
    Command(
        "inquiry needed",
        needing.need,
        EVERYONE,
        "/inquiry needed INQ-… by WHEN",
        "/inquiry needed INQ-1 by Fri",
        "Record by when the customer needs the answer; it is one more deadline.",
    ),
    Command(
        "inquiry ack",
        resolving.ack,
        EVERYONE,
        '/inquiry ack INQ-… by WHEN ["what you told the customer"]',
        '/inquiry ack INQ-1 by Thu "We are looking into it"',
        "Record an acknowledgement and the time that you promised.",
    ),
    Command(
        "inquiry answer",
        resolving.answered,
        EVERYONE,
        "/inquiry answer INQ-…",
        "/inquiry answer INQ-1",
        "Record that the customer has the answer.",
    ),
    Command(
        "inquiry close",
        resolving.close,
        EVERYONE,
        '/inquiry close INQ-… "RESOLUTION"',
        '/inquiry close INQ-1 "Permit sent by mail"',
        "Close an inquiry with its resolution; the survey link goes out.",
    ),
    Command(
        "inquiry pause",
        pausing.pause,
        EVERYONE,
        "/inquiry pause INQ-… REASON",
        "/inquiry pause INQ-1 waiting for the customer’s form",
        "Stop its clocks while you wait for the customer.",
    ),
    Command(
        "inquiry resume",
        pausing.resume,
        EVERYONE,
        "/inquiry resume INQ-… [NOTE]",
        "/inquiry resume INQ-1",
        "Let its clocks run again; see what is due when now.",
    ),
    Command(
        "inquiry reopen",
        reopening.reopen,
        EVERYONE,
        "/inquiry reopen INQ-… REASON",
        "/inquiry reopen INQ-1 the permit never arrived",
        "Open an answered or closed inquiry again; its clocks count from now.",
    ),
    Command(
        "inquiry assign",
        resolving.assign,
        EVERYONE,
        "/inquiry assign INQ-… to WHO",
        "/inquiry assign INQ-1 to dana",
        "Hand an inquiry to a colleague, who is told.",
    ),
    Command(
        "inquiry standard",
        standards.standard,
        EVERYONE,
        "/inquiry standard [for DEPARTMENT]",
        "/inquiry standard",
        "Your department’s standard: its rules, where they are written, and what is planned.",
    ),
)

AWAY: tuple[Command, ...] = (
    Command(
        "away from",
        away.away_from,
        EVERYONE,
        "/away from DAY to DAY [alternate WHO]",
        "/away from 2026-03-09 to 2026-03-13",
        "Plan an absence: out-of-office texts, who covers, what falls due meanwhile.",
    ),
    Command(
        "away back",
        away.back,
        EVERYONE,
        "/away back [FIRST-DAY]",
        "/away back",
        "End your absence: you are back, or you are not going.",
    ),
    Command(
        "away",
        away.away,
        EVERYONE,
        "/away [DAY]",
        "/away",
        "Your absences and who covers; with a day, plan one.",
    ),
)
