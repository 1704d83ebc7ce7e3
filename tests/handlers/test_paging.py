"""Long lists go page by page."""

import pytest

from handlers.asking import Refusal
from handlers.commands import find
from handlers.paging import asked_page, page_of
from tests.handlers.conftest import Conversation

LOG = "inquiry log call from Jane Doe about permit"


@pytest.mark.parametrize(
    ("rest", "page"), [("", 1), ("1", 1), ("2", 2), ("page 3", 3), (" Page 12 ", 12), ("0", 1)]
)
def test_a_page_is_named_by_its_number(rest: str, page: int) -> None:
    assert asked_page(rest, "inquiry mine") == page


@pytest.mark.parametrize("rest", ["two", "-1", "1 2", "99999", "page"])
def test_other_words_are_refused(rest: str) -> None:
    with pytest.raises(Refusal):
        asked_page(rest, "inquiry mine")


@pytest.mark.parametrize("size", [0, 1, 19, 20, 21, 40, 41, 100])
def test_the_pages_hold_everything_once_and_in_order(size: int) -> None:
    everything = list(range(size))
    pages = [page_of(everything, number, "x") for number in range(1, page_of(everything, 1, "x").pages + 1)]
    assert [one for page in pages for one in page.shown] == everything
    assert [page.more for page in pages] == [
        max(0, size - 20 * number) for number in range(1, len(pages) + 1)
    ]
    assert page_of(everything, 999, "x") == pages[-1]


def test_ones_own_inquiries_go_page_by_page_with_buttons(talk: Conversation) -> None:
    for number in range(25):
        talk.say(f"{LOG} {number}")
    first = talk.say("mine")
    assert (len(first.facts["lines"]), first.facts["page"], first.facts["pages"]) == (20, 1, 2)
    assert [one.words for one in first.choices] == ["inquiry log", "home", "inquiry mine 2"]
    second = talk.say(first.choices[-1].words)
    assert (len(second.facts["lines"]), second.choices[-1].words) == (5, "inquiry mine")
    numbers = [one["number"] for reply in (first, second) for one in reply.facts["lines"]]
    assert len(set(numbers)) == 25


@pytest.mark.parametrize(
    "words", ["mine 2", "mine page 2", "home 2", "inquiry mine 2", "/inquiry home page 2"]
)
def test_a_page_may_be_asked_for_without_the_noun(words: str) -> None:
    found = find(words)
    assert found is not None
    assert found[0].words in ("inquiry mine", "inquiry home")


def test_supervisors_lists_go_page_by_page(talk: Conversation) -> None:
    for number in range(21):
        talk.say(f"{LOG} {number}")
    talk.at("Friday 2026-03-06 09:00")
    late = talk.say("desk overdue", by="sam")
    assert (len(late.facts["lines"]), late.facts["more"]) == (20, 1)
    assert len(talk.say("desk overdue 2", by="sam").facts["lines"]) == 1
    for words in ("desk team", "desk undelivered", "desk closures"):
        assert talk.say(f"{words} 2", by="sam").facts["page"] == talk.say(words, by="sam").facts["pages"]
