"""Our own table of what Slack sends: what an ask is and where it came from decide who answers it."""

from typing import Any

from bot.doors import Clock, Hear
from bot.slack.answers import Answers
from bot.slack.asked import Asked, Place
from bot.slack.hearing import Hearer
from bot.slack.home import Home
from bot.slack.line import Line
from bot.slack.modals import Modals
from bot.slack.opening import Opening, Opens
from bot.slack.outward import Outward
from bot.slack.people import Known, People
from bot.slack.running import Running
from bot.slack.saying import Saying
from bot.voice import Voice
from handlers.form import Step


class Routes:
    """Everything behind the door that answers; opening: seconds until a waiting modal stands for a form."""

    def __init__(
        self,
        line: Line,
        voice: Voice,
        plain: Voice,
        hear: Hear,
        clock: Clock,
        known: Known | None,
        opens: Opens,
        opening: float,
    ) -> None:
        self.running = Running()
        people = People(line, clock, known, self.running)
        tools = Hearer(hear, people), Saying(voice, plain), Outward(line)
        doors = Opening(*tools, people, self.running, opens, opening), Home(*tools, self.running)
        self._home = doors[1]
        self._modals = Modals(*tools, *doors, self.running)
        self._answers = Answers(*tools, *doors, self.running)

    async def answer(self, asked: Asked, seconds: float) -> dict[str, Any] | None:
        """What Slack is answered, within about these seconds; None for nothing but that it was heard."""
        match asked.place:
            case Place.FORM:
                filling = asked.ask.filling
                if filling is not None and filling.step is Step.SUBMIT:
                    return await self._modals.submit(asked, seconds)
                await self._modals.look(asked, seconds)
            case Place.VIEW:
                await self._modals.press(asked, seconds)
            case Place.HOME:
                await self._home.answer(asked, seconds)
            case _:
                return await self._answers.answer(asked, seconds)
        return None

    async def finish(self) -> None:
        """Waits a moment for what is not done."""
        await self.running.finish()
