"""Long lists, page by page: which page is asked for, and the buttons to the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from handlers.asking import Choice, Facts, Refusal

T = TypeVar("T")

LINES = 20  # of a list, on a page
NUMBER = re.compile(r"(?:page )?(\d{1,4})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a list. `words`: the command that shows it; `noun`: what stands before it when it is typed."""

    shown: Sequence[T]
    number: int
    pages: int
    more: int
    words: str
    noun: str = ""

    def facts(self) -> Facts:
        """{"page", "pages", "more": how many follow, "onward": the command for the next page, or None}"""
        onward = f"/{self.noun}{self._at(self.number + 1)}" if self.number < self.pages else None
        return {"page": self.number, "pages": self.pages, "more": self.more, "onward": onward}

    def choices(self) -> tuple[Choice, ...]:
        """To the page before and the page after, where there are such."""
        before = (Choice("Earlier page", self._at(self.number - 1)),) if self.number > 1 else ()
        after = (Choice("Next page", self._at(self.number + 1)),) if self.number < self.pages else ()
        return (*before, *after)

    @property
    def here(self) -> str:
        """The words that show this page."""
        return self._at(self.number)

    def _at(self, number: int) -> str:
        return f"{self.words} {number}" if number > 1 else self.words


def asked_page(rest: str, words: str) -> int:
    """The page that the rest of a command names: "", "2", "page 2". Refuses other words."""
    match = NUMBER.fullmatch(rest.strip())
    if rest.strip() and not match:
        raise Refusal("too_many_words", extra=" ".join(rest.split())[:60], usage=f"/{words}, /{words} 2")
    return max(1, int(match[1])) if match else 1


def page_of(items: Sequence[T], number: int, words: str, lines: int = LINES, noun: str = "") -> Page[T]:
    """That page of the list; the last one, when there are fewer."""
    pages = max(1, -(-len(items) // lines))
    number = min(number, pages)
    shown = items[(number - 1) * lines : number * lines]
    return Page(shown, number, pages, max(0, len(items) - number * lines), words, noun)
