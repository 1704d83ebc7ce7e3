"""An answer in time, the way it is waited for; or word that it takes longer, and the answer afterwards."""

import asyncio
import logging
from typing import Any

from bot.doors import NOT_KEPT, Hear
from bot.teams.payloads import Heard, Way
from bot.teams.people import People
from bot.teams.saying import LATER, Saying, crashed
from bot.teams.sender import Message, TeamsSender
from handlers.asking import Reply
from handlers.form import Step
from scheduler.letter import InDoubt, NotNow, Unreachable

log = logging.getLogger(__name__)

# Teams waits fifteen seconds for a message to be taken, and some five or ten for what a button gets.
PATIENCE, INVOKE_PATIENCE = 2.0, 4.0
# Seconds until what Teams did not take is said again.
PAUSES = (1.0, 5.0)
LEAVING_SECONDS = 5.0
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
FAULT = "application/vnd.microsoft.error"
ANSWERED = "I have answered you in our own chat."
NOT_TOLD = "Something went wrong here. It is our fault. Please try again."

Body = dict[str, Any]


class Answers:
    """Has asks heard, and keeps what is not done when Teams stops waiting."""

    def __init__(self, saying: Saying, hear: Hear, people: People, sender: TeamsSender) -> None:
        self._saying, self._hear, self._people, self._sender = saying, hear, people, sender
        self.running: set[asyncio.Task[Any]] = set()

    async def answer(self, heard: Heard) -> Body | None:
        """What the HTTP response holds; None for a message, which gets an empty one."""
        late = asyncio.Event()
        task = asyncio.create_task(self._hear_out(heard, late))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        waits = PATIENCE if heard.way in (Way.MESSAGE, Way.EDIT) else INVOKE_PATIENCE
        try:
            await asyncio.wait({task}, timeout=waits)
        finally:
            # From here on the task, or we: nothing can come between this look and the task's own.
            if not task.done():
                late.set()
        return self._late(heard) if late.is_set() else task.result()

    async def finish(self) -> None:
        """Waits a moment for what is running, then leaves it."""
        left = set(self.running)
        if left:
            _, left = await asyncio.wait(left, timeout=LEAVING_SECONDS)
        for task in left:
            task.cancel()

    def _late(self, heard: Heard) -> Body | None:
        match heard.way:
            case Way.MESSAGE | Way.EDIT:
                return None
            case Way.CARD if heard.automatic:
                # The card stays as it is, and is renewed when it is looked at the next time.
                return {"statusCode": 503, "type": FAULT, "value": {"code": "503", "message": LATER}}
            case Way.CARD:
                return _card(self._saying.message(Reply("working_on_it")))
            case Way.NOTICE:
                return _notice(LATER)
            case Way.DIALOG:
                return self._saying.late(heard.ask.filling, follows=not _redrawn(heard), nonce=heard.nonce)

    async def _hear_out(self, heard: Heard, late: asyncio.Event) -> Body | None:
        try:
            reply = await self._hear(await self._people.ask(heard))
        except Exception as error:  # noqa: BLE001  # it is logged, and its reference is told
            reply = crashed(error)
        failed = reply.template in NOT_KEPT
        # A crash took the owed answer with it, and a form is not kept: no row is owed that is delivered.
        owed = heard.ask.by_message and not failed and reply.form is None
        match heard.way:
            case Way.MESSAGE:
                if not owed:
                    await self._say(heard, reply)
            case Way.EDIT:
                await self._edit(heard, reply)
            case Way.NOTICE:
                told = owed or await self._say(heard, reply, PAUSES if late.is_set() else ())
                return _notice(ANSWERED if told else NOT_TOLD)
            case Way.CARD | Way.DIALOG if late.is_set():
                if not owed and not heard.automatic and not _redrawn(heard):
                    await self._say(heard, reply, PAUSES)
            case Way.CARD if heard.automatic and failed:
                return self._late(heard)
            case Way.CARD:
                return _card(self._saying.message(reply, heard.user))
            case Way.DIALOG:
                return self._saying.dialog(
                    reply, heard.ask.filling, also=owed, failed=failed, nonce=heard.nonce
                )
        return None

    async def _edit(self, heard: Heard, reply: Reply) -> None:
        """The answer in the place of the one whose button was pressed; beneath it, where that fails."""
        message = self._saying.message(reply, heard.user)
        try:
            await self._sender.say(heard.ask.speaker, heard.ask.reference, message, heard.pressed)
        except (NotNow, Unreachable, InDoubt) as error:
            log.warning("a card was not renewed", extra={"action": "teams_edit", "error": str(error)})
            await self._post(heard, message, PAUSES)

    async def _say(self, heard: Heard, reply: Reply, pauses: tuple[float, ...] = ()) -> bool:
        # Nothing is left of a form that could not be stored, unless it is given back as it was filled in.
        lost = heard.ask.filling if reply.template in NOT_KEPT else None
        message = self._saying.message(reply, heard.user, filling=lost, nonce=heard.nonce)
        return await self._post(heard, message, pauses)

    async def _post(self, heard: Heard, message: Message, pauses: tuple[float, ...]) -> bool:
        """Writes into the speaker's own chat; again only where Teams certainly did not take it."""
        reason = ""
        for pause in (*pauses, None):
            try:
                await self._sender.say(heard.ask.speaker, heard.ask.reference, message)
                return True
            except NotNow as error:
                reason = str(error)
            except (Unreachable, InDoubt) as error:
                reason = str(error)
                break
            if pause is not None:
                await asyncio.sleep(pause)
        log.error("somebody was not told", extra={"action": "teams_untold", "error": reason})
        return False


def _redrawn(heard: Heard) -> bool:
    """Whether it only shows a form: then nothing is owed but the form, and it can be asked for again."""
    return heard.ask.filling is not None and heard.ask.filling.step is not Step.SUBMIT


def _card(message: Message) -> Body:
    return {"statusCode": 200, "type": CARD, "value": message.card}


def _notice(words: str) -> Body:
    return {"statusCode": 200, "type": MESSAGE, "value": words}
