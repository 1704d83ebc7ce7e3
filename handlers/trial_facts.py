"""What can be said of a trial: facts, the same for a chat and for the command line."""

from collections import Counter

from handlers.asking import Facts
from models.hours import WEEKDAYS
from models.instant import iso
from models.standard import CHANNELS
from models.verdict import Change, Side, Tally, Trial, Verdict


def of_trial(trial: Trial) -> Facts:
    """{"first", "last", "inquiries", "today", "tried", "channels", "weekdays", "changed", "more", …}

    `today` and `tried` are counts by verdict; `channels` and `weekdays` hold only those of which something
    was received, `changed` the inquiries that change side, of which `more` are not in it.
    """
    channels = sorted(trial.channels, key=lambda one: CHANNELS.index(one) if one in CHANNELS else 99)
    return {
        "first": trial.first.isoformat(),
        "last": trial.last.isoformat(),
        **_tally(trial.all),
        "channels": [{"name": one, **_tally(trial.channels[one])} for one in channels],
        "weekdays": [
            {"name": WEEKDAYS[one], **_tally(trial.weekdays[one])} for one in sorted(trial.weekdays)
        ],
        "changed": [_change(one) for one in trial.changed],
        "changed_in_all": trial.changed_in_all,
        "more": trial.changed_in_all - len(trial.changed),
        "earlier": trial.earlier,
        "later": trial.later,
        "same": trial.same,
        "extended": trial.extended,
    }


def _tally(tally: Tally) -> Facts:
    return {"inquiries": tally.inquiries, "today": _counts(tally.today), "tried": _counts(tally.tried)}


def _counts(counted: Counter[Verdict]) -> dict[str, int]:
    """{"on_time", "excused", "open", "missed", "not_reckoned"}"""
    return {one.value.replace(" ", "_"): counted[one] for one in Verdict}


def _change(change: Change) -> Facts:
    return {
        "number": change.number,
        "customer": change.customer,
        "channel": change.channel,
        "received": iso(change.received),
        "today": _side(change.today),
        "tried": _side(change.tried),
    }


def _side(side: Side) -> Facts:
    return {
        "verdict": side.verdict.value,
        "due": iso(side.due) if side.due else None,
        "rule": side.rule,
        "in_short": side.in_short,
    }
