"""Words that were taken back, or wait: said once when they are true again, and to who is there by then."""

from unittest.mock import PropertyMock, patch

import pytest

from models.outbox import Sending
from scheduler.letter import InDoubt
from tests.scheduler.own_hours import works
from tests.seeded import Office

LOG = "inquiry log email from Jane Doe about a permit"
MORNING, SOON = "Monday 2026-03-02 09:00", "Tuesday 2026-03-03 13:00"


class Forgetful:
    """A platform that keeps every letter, and whose first answer is lost. It can be asked what it has."""

    looks = True

    def __init__(self, office: Office) -> None:
        self._office, self.kept = office, []

    async def send(self, letter):
        says = set(letter.says or (letter.key,))
        if not (letter.doubtful and any(says <= one for one, _ in self.kept)):
            self.kept.append((says, f"{letter.to.user} {letter.template}"))
            if len(self.kept) == 1:
                raise InDoubt("the connection was cut")
        return await self._office.chat.send(letter)


@pytest.mark.parametrize(
    "between",
    [
        ["inquiry pause INQ-1 waiting", "inquiry resume INQ-1"],
        ["inquiry assign INQ-1 to lee", "inquiry assign INQ-1 to dana"],
        ["inquiry quiet today", None, "inquiry quiet off"],
    ],
)
def test_what_may_have_been_said_and_was_taken_back_is_looked_for_when_it_is_true_again(either, between):
    either.say("dana", LOG, MORNING)
    slack = Forgetful(either)
    with patch.object(Office, "senders", new_callable=PropertyMock, return_value={"terminal": slack}):
        either.tick(SOON)
        for words in between:
            if words is None:
                either.tick("Tuesday 2026-03-03 13:20")
            else:
                either.say("dana", words)
        either.until("Tuesday 2026-03-03 14:30")
    assert [said for _, said in slack.kept if said.endswith("due_soon")] == ["dana due_soon"]
    assert [one.state for one in either.owed() if one.template == "due_soon"].count(Sending.SENT) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda office: office.say("dana", "away today"),
        lambda office: works(office, "dana", "8:00-17:00", "8:00-17:00", "", "8:00-17:00", "8:00-17:00"),
    ],
    ids=["away", "a day off"],
)
def test_a_word_that_waits_for_somebody_goes_to_who_covers_as_soon_as_they_are_known_to_be_out(
    either, change
):
    works(either, "dana", *["12:00-20:00"] * 5)
    either.say("dana", LOG, "Monday 2026-03-02 13:00")
    either.say("dana", "inquiry ack INQ-1 by Wed 13:00")
    either.until("Wednesday 2026-03-04 09:30")
    change(either)
    assert "Wednesday 2026-03-04 09:30 sam due_soon INQ-1" in either.until("Wednesday 2026-03-04 12:30")


def test_an_owner_whose_day_ends_after_the_offices_hears_of_what_is_due_in_the_morning(either):
    works(either, "dana", *["12:00-20:00"] * 5)
    either.say("dana", LOG, "Monday 2026-03-02 13:00")
    either.say("dana", "inquiry ack INQ-1 by Wed 10:00")
    assert "Tuesday 2026-03-03 20:00 dana due_now INQ-1" in either.until("Wednesday 2026-03-04 12:00")
