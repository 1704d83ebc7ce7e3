"""What somebody with bad intentions, bad luck or a cat may type: the same lines from each seed."""

import random

from handlers.commands import COMMANDS
from handlers.form import Filling, Step
from handlers.forms import FORMS

WORDS = sorted({word for one in COMMANDS for word in f"{one.usage} {one.example}".split()})
NAMES = (
    "Jane Doe",
    "dana",
    "@lee",
    "sam@riverbend.example",
    "O’Neil",
    "Ann-Marie d'Arc",
    "608-555-0133",
    "INQ-1",
)
SLACK = (
    "<@U0LEE>", "<@U0LEE|lee>", "<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S1|team>",
    "<#C1|general>", "<http://evil.example|the form>", "<mailto:x@y.example|x>", "<tel:911>",
    "<javascript:alert(1)|x>", "<!date^1^{x}|y>", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "*bold*",
    "_it_", "~no~", "`code`", "```", "&gt; quoted", ">>> all", "@channel", "@here", "@everyone",
    ":smile:", "<", ">", "<<!channel>>", "<@", "<!", "<http://a|b", "|",
)  # fmt: skip
MARKDOWN = (
    "[x](javascript:alert(1))", "[x](http://evil.example)", "![x](http://evil.example/p.png)",
    "<http://evil.example>", "[x][1]\n[1]: http://evil.example", "[x] (http://evil.example)",
    "\\[x](http://evil.example)", "]()", "](http://e.example)", "# head", "- item", "1. one", "> quote",
    "---", "| a | b |", "**b**", "__b__", "``x``", "<at>Lee</at>", "</at>", "<at",
    "&lt;at&gt;Lee&lt;/at&gt;", "\\<at>Lee</at>", "http://evil.example", "www.evil.example",
)  # fmt: skip
TEMPLATES = (
    "{{ 7*7 }}", "{% raw %}", "{# x #}", "{{DATE(2026-03-02T00:00:00Z,SHORT)}}",
    "{{TIME(2026-03-02T00:00:00Z)}}", "${secret}", "${$root}", "$(x)", "%(name)s", "%s%n", "{0}",
    "{x.__class__}", "#{x}", "<%= x %>", "'; DROP TABLE inquiry; --", "' OR 1=1", '"}],"type":"mrkdwn"',
    '{"type": "actions"}', '","actions":[{"type":"Action.OpenUrl","url":"http://evil.example"}]',
)  # fmt: skip
HTML = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onmouseover="x',
    "</strong><a href=x>", "<!--", "&#60;b&#62;", "<svg/onload=x>", "&nbsp;", "<b>b</b>", "]]>",
    "<style>",
)  # fmt: skip
UNSEEN = (
    "\0", "\x01", "\x02", "\x08", "\x1b[2J", "\x7f", "\x85", "\r\n", "\n\n", "\t", "\u200b", "\u200d",
    "\u200f", "\u202e", "\u2066", "\u2028", "\u2060", "\ufeff", "\ufffe", "\ud800", "\udfff",
    "\U000e0041", "\u0301" * 20, "\u3000", "\xa0", "\u07c1",
)  # fmt: skip
OTHERS = (
    "😀", "👩‍👩‍👧‍👦", "🇺🇸", "ﷺ", "ẞ", "İ", "ǅ", "\uff45\uff56\uff49\uff4c", "שלום", "مرحبا", "Ω" * 50,
    "a" * 4000, "x" * 200 + " " * 200, "9" * 60, "-1", "1e309", "0x1F", "٣", "½", "“", "”", "„", "’",
    "'", '"', "\\", "/", "…", "–",
)  # fmt: skip
NASTY = (*SLACK, *MARKDOWN, *TEMPLATES, *HTML, *UNSEEN, *OTHERS)
VALUES = (
    "channel", "customer", "phone", "email", "subject", "received_day", "received_time", "needed_day",
    "owner", "by", "by_day", "by_time", "said", "resolution", "reason", "until_day", "until_time", "to",
    "someone", "first", "last", "alternate", "replaces", "reminders", "digest", "digest_time",
    "language", "source",
)  # fmt: skip


def piece(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return chance.choice(WORDS)
    if kind < 0.4:
        return chance.choice(NAMES)
    if kind < 0.8:
        return chance.choice(NASTY)
    if kind < 0.9:
        return "".join(chance.choice(NASTY) for _ in range(chance.randrange(2, 6)))
    return "".join(
        chr(chance.choice((chance.randrange(0x20, 0x250), chance.randrange(0x110000)))) for _ in range(6)
    )


def text(chance: random.Random, most: int = 12) -> str:
    return chance.choice((" ", " ", "", "\n")).join(piece(chance) for _ in range(chance.randrange(most)))


def line(chance: random.Random) -> str:
    """Words for the bot: rubbish, or a command that is filled with it, so that it comes through."""
    kind = chance.random()
    one = chance.choice(COMMANDS)
    if kind < 0.25:
        return text(chance)
    if kind < 0.5:
        return f"{chance.choice(('', '/'))}{one.words} {text(chance)}"
    if kind < 0.65:
        words = one.example.split(" ")
        words[chance.randrange(len(words))] = text(chance, 4)
        return " ".join(words)
    name, subject, said = (text(chance, 4).replace('"', "") for _ in range(3))
    number = f"INQ-{chance.randrange(1, 14)}"
    return chance.choice(
        (
            f'inquiry log call from "Jo {name}" about x {subject}',
            f"inquiry log email from Jo jo@example.org about x {subject} received today",
            f'inquiry ack {number} by Mar 30 "{said}"',
            f'inquiry close {number} "x{said}"',
            f"inquiry pause {number} x{said}",
            f"inquiry reopen {number} x{said}",
            f"inquiry extend {number} x{said} until Mar 30",
            f"inquiry remind me of {number} Mar 9 9:00 about x{said}",
            f"inquiry assign {number} to {name}",
            f"inquiry show {number}{said}",
            f'desk closed 2026-03-26 "{said}"',
            f"desk standard use {name}",
            f"away from {said} to {subject} alternate {name}",
            f"help {said}",
            f"form {chance.choice(list(FORMS))} {number}",
            "inquiry mine", "inquiry home", "desk team", "desk overdue", "inquiry digest", "desk undelivered",
        )
    )  # fmt: skip


def filling(chance: random.Random) -> Filling:
    """A form with anything in it."""
    values = {name: text(chance, 4) for name in chance.sample(VALUES, chance.randrange(len(VALUES)))}
    good = {
        "channel": "call", "customer": "Jo", "subject": "x", "by": "other", "by_day": "2026-03-30",
        "by_time": "12:00", "resolution": "x", "reason": "x", "first": "2026-05-04", "someone": "sam",
    }  # fmt: skip
    if chance.random() < 0.7:
        # Right but for the free text, so that it is stored, and said again.
        free = {
            name: f"{good.get(name, 'x')}{text(chance, 4)}"
            for name in ("customer", "subject", "said", "resolution")
        }
        values = {**good, **free, "reason": f"x{text(chance, 4)}"}
    about = chance.choice(("", *(f"INQ-{number}" for number in range(1, 14)), text(chance, 3)))
    return Filling(chance.choice(list(FORMS)), about, values, chance.choice(list(Step)))
