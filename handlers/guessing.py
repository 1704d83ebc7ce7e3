"""Guessing which command was meant: by slips of the pen, and by the other words that people use."""

from collections.abc import Sequence
from difflib import get_close_matches

from handlers.command import Command


def guess(words: str, commands: Sequence[Command]) -> list[Command]:
    """The commands that the words may have meant, best first; none when none is near."""
    said = words.strip().removeprefix("/").casefold().split()[:12]
    by_words = {one.words: one for one in commands}
    by_verb = {one.words.split()[-1]: one for one in reversed(commands)}
    nouns = {one.noun for one in commands}
    # Words that begin with a noun are a command with a slip in it.
    begins = get_close_matches(said[0] if said else "", nouns, n=1, cutoff=0.75)
    if not begins and (guessed := _by_other_words(said, by_verb, commands)):
        return guessed
    exact = [by_verb[word] for word in said[:3] if word in by_verb]
    if exact and not any(one.noun in said[:1] for one in exact):
        return exact[:1]
    found: list[Command] = []
    tries = [(" ".join(said[:2]), by_words), *((word, by_verb) for word in said[:3])]
    for text, names in tries:
        for name in get_close_matches(text, names, n=2, cutoff=0.6):
            if names[name] not in found:
                found.append(names[name])
    return found[:2]


def _by_other_words(
    said: list[str], by_verb: dict[str, Command], commands: Sequence[Command]
) -> list[Command]:
    """Those that most of the words stand for; a verb among the first three counts as one of its words."""
    heard = {word.strip("?!.,") for word in said}
    score: dict[str, int] = {}
    for one in commands:
        verb = one.verb.split()
        # A verb of two words that was typed whole says more than any of them.
        whole = 2 if len(verb) > 1 and verb == said[: len(verb)] else 0
        score[one.words] = len({*heard.intersection(one.also), *_verbs_of(one, said, by_verb)}) + whole
    best = sorted((one for one in commands if score[one.words]), key=lambda one: -score[one.words])
    return [one for one in best if 2 * score[one.words] > score[best[0].words]][:2]


def _verbs_of(command: Command, said: list[str], by_verb: dict[str, Command]) -> set[str]:
    return {word for word in said[:3] if by_verb.get(word) is command}
