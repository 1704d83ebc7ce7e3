"""A form that is asked for in words: begun as a conversation, and offered to be opened where a door can."""

from handlers.asking import Choice, Hearing, Refusal, Reply
from handlers.form import NAMES

ALONE = (("Log an inquiry", "log"), ("Plan an absence", "away"), ("Preferences", "prefer"))
"""The forms that are about no inquiry."""


def form(hearing: Hearing, rest: str) -> Reply:
    """Asks for what the form needs, one thing at a time."""
    from handlers import forms, talking  # they know the commands, of which this is one

    filling = forms.named(rest)
    if filling is None:
        alone = tuple(Choice(label, f"form {name}") for label, name in ALONE)
        raise Refusal("which_form", alone, names=list(NAMES))
    return talking.begin(hearing, filling.form, filling.about)
