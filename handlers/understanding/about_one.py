"""What was done, or is to be done, with one inquiry: each rule in its turn, the first that fits."""

import re

from handlers.understanding.done_said import acknowledged, answered, closed
from handlers.understanding.handing_said import assigned, extended
from handlers.understanding.here import Here
from handlers.understanding.remind_said import reminded
from handlers.understanding.said import Names, Understood
from handlers.understanding.stretches import Marked


def about_one(marked: Marked, here: Here, names: Names) -> Understood | None:
    """What happened with an inquiry, or should; None for a sentence about anything else."""
    text = re.sub(r"\s+", " ", marked.text).strip(" .!?")
    text = re.sub(r"(?:,? (?:please|pls|thanks|thank you))+$", "", text, flags=re.I)
    for read in (reminded, assigned, extended, acknowledged, answered, closed):
        found = read(text, marked, here, names)
        if found is not None:
            return found
    return None
