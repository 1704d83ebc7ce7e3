"""Direct messages in Teams: a conversation continued, or opened; and what became of each attempt."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from botbuilder.schema import Activity, ActivityTypes, Attachment, ChannelAccount, ConversationParameters
from botframework.connector.aio import ConnectorClient

from bot.cards import fallback, to_attachment, to_card
from bot.layout import changed
from bot.teams.adapter import Connectors
from bot.teams.login import NoLogin, NoToken
from bot.teams.token import CHANNEL
from bot.teams.wire import ConnectorRefused
from bot.voice import Voice
from handlers.asking import Choice
from models.staff import Address
from scheduler.letter import SENDING_SECONDS, InDoubt, Letter, NotNow, Receipt, Unreachable

log = logging.getLogger(__name__)

# Opening a conversation and saying the words end, each by itself, before delivery's own limit does.
PREPARING_SECONDS, SAYING_SECONDS = SENDING_SECONDS * 0.4, SENDING_SECONDS * 0.5
HALT_SECONDS = 900.0
REPEATED = "(possibly repeated) "

_CROWDED = (412, 429, 503)

Reference = Mapping[str, Any]


class TeamsSender:
    """Speaks to one person through their conversation reference. `met` finds one that is not stored yet."""

    def __init__(
        self, connectors: Connectors, voice: Voice, met: Callable[[Address], Reference | None]
    ) -> None:
        self._connectors = connectors
        self._voice = voice
        self._met = met

    async def send(self, letter: Letter) -> Receipt:
        """Raises NotNow, Unreachable or InDoubt.

        An edit is put in the place of the message, and nobody is notified.

        Teams cannot be asked whether a message is there. A doubtful letter is said once more, after a
        harmless question has shown that the service answers, and its receipt says so. When that is in doubt
        as well, it is not said a third time: the next address has it, or the supervisor.
        """
        said = self._voice.say(letter.template, letter.facts, letter.language)
        if letter.edits is not None:
            said = changed(said, self._voice.say("edited", letter.facts, said.language))
        # An edit that was made already is made again.
        doubtful = letter.doubtful and letter.edits is None
        words = fallback(said)
        card = to_card(said, [Choice(one["label"], one["words"]) for one in letter.choices])
        reference = letter.reference or self._met(letter.to)
        if reference is None:
            raise Unreachable("Teams has no conversation with this person yet")
        try:
            client = await self._connectors.create(reference["serviceUrl"])
            activity = _message(card, words, reference)
            user, tenant = str(reference["userId"]), letter.to.place
            conversation = reference.get("conversation")
        except (LookupError, TypeError, ValueError) as error:
            raise Unreachable("what is known of their Teams conversation cannot be used") from error
        try:
            async with asyncio.timeout(PREPARING_SECONDS):
                if not conversation:
                    conversation = await _open(client, activity, user, tenant)
                elif doubtful:
                    await client.conversations.get_conversation_member(conversation, user)
        except Exception as error:
            raise _outcome(error, perhaps_said=False, doubtful=doubtful) from error
        try:
            async with asyncio.timeout(SAYING_SECONDS):
                if letter.edits is not None:
                    await client.conversations.update_activity(conversation, letter.edits, activity)
                    return Receipt(letter.edits, words)
                answer = await client.conversations.send_to_conversation(conversation, activity)
        except Exception as error:
            raise _outcome(error, perhaps_said=True, doubtful=doubtful) from error
        return Receipt(answer.id if answer else None, REPEATED + words if doubtful else words)


def _message(card: dict[str, Any], words: str, reference: Reference) -> Activity:
    attachment = to_attachment(card)
    return Activity(
        type=ActivityTypes.message,
        channel_id=CHANNEL,
        service_url=reference["serviceUrl"],
        from_property=ChannelAccount(id=reference["botId"]),
        recipient=ChannelAccount(id=reference["userId"]),
        # What a notification shows, and a reader that shows no cards.
        summary=words,
        attachments=[Attachment(content_type=attachment["contentType"], content=attachment["content"])],
    )


async def _open(client: ConnectorClient, activity: Activity, user: str, tenant: str) -> str:
    """The person's own conversation with the bot; Teams gives the same one each time."""
    wanted = ConversationParameters(
        is_group=False,
        bot=activity.from_property,
        members=[ChannelAccount(id=user)],
        tenant_id=tenant,
        channel_data={"tenant": {"id": tenant}},
    )
    opened = await client.conversations.create_conversation(wanted)
    if opened is None or not opened.id:
        raise ValueError("Teams opened no conversation.")
    return str(opened.id)


def _outcome(error: Exception, *, perhaps_said: bool, doubtful: bool) -> Exception:
    """One of delivery's three outcomes for whatever went wrong."""
    match error:
        case NotNow():
            return error
        case NoToken() | ConnectorRefused(status=401):
            log.error(
                "Microsoft does not accept the bot's own credentials; messages wait. Check MicrosoftAppId, "
                "MicrosoftAppPassword and MicrosoftAppTenantId, and whether the secret has expired.",
                extra={"action": "teams_credentials", "error": str(error)},
            )
            return NotNow("Teams does not accept the bot's credentials", HALT_SECONDS)
        case ConnectorRefused(status=status, seconds=seconds) if status in _CROWDED or status < 400:
            return NotNow(str(error), seconds)
        case ConnectorRefused(status=status) if status < 500 and status != 408:
            log.warning(
                "Teams takes no message for somebody",
                extra={"action": "teams_unreachable", "status": status, "error": error.code},
            )
            return Unreachable(f"Teams does not let the bot write to this person ({error})")
        case NoLogin() | aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return NotNow("Teams cannot be reached")
        case aiohttp.ClientHttpProxyError():
            return NotNow("the proxy does not let us through to Teams")
    reason = str(error) if isinstance(error, ConnectorRefused) else type(error).__name__
    if not perhaps_said:
        return NotNow(reason)
    if doubtful:
        return Unreachable("Teams left it open twice whether the message arrived")
    return InDoubt(reason)
