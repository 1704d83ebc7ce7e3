"""Direct messages in Teams: a conversation continued, or opened; and what became of each attempt."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botbuilder.schema import Activity, ActivityTypes, Attachment, ChannelAccount, ConversationParameters
from botframework.connector.aio import ConnectorClient

from bot.cards import Place, fallback, to_attachment, to_card
from bot.layout import changed
from bot.teams.adapter import Connectors
from bot.teams.outcome import outcome
from bot.teams.token import CHANNEL
from bot.voice import Voice
from handlers.asking import Choice
from models.outbox import THREAD
from models.staff import Address
from scheduler.letter import SENDING_SECONDS, Letter, NotNow, Receipt, Unreachable

# Opening a conversation and saying the words end, each by itself, before delivery's own limit does.
PREPARING_SECONDS, SAYING_SECONDS = SENDING_SECONDS * 0.4, SENDING_SECONDS * 0.5
REPEATED = "(possibly repeated) "

Reference = Mapping[str, Any]

HOME = "home"
"""The template, and the words, of what is renewed when it is looked at again."""
ANSWER = "answer:"
"""How the key of a letter begins that answers somebody."""


@dataclass(frozen=True)
class Message:
    """A card, and the words that a notification shows."""

    card: dict[str, Any]
    words: str


class TeamsSender:
    """Speaks to one person through their conversation reference, or into the thread of a shared message.

    `met` finds a reference that is not stored: a stranger's, and for a thread the latest that was verified.
    """

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
        said = self._voice.say(letter.template, letter.facts, letter.language, letter.zone)
        if letter.edits is not None:
            said = changed(said, self._voice.say("edited", letter.facts, said.language, letter.zone))
        # An edit that was made already is made again.
        doubtful = letter.doubtful and letter.edits is None
        reference = letter.reference or self._met(letter.to)
        reader = str((reference or {}).get("userId", ""))
        choices = [Choice(one["label"], one["words"]) for one in letter.choices]
        place = Place.ANSWER if letter.key.startswith(ANSWER) else Place.TOLD
        message = Message(to_card(said, choices, place, _again(letter), reader), fallback(said))
        provider_id = await self.say(letter.to, reference, message, letter.edits, doubtful=doubtful)
        return Receipt(provider_id, REPEATED + message.words if doubtful else message.words)

    async def say(
        self,
        to: Address,
        reference: Reference | None,
        message: Message,
        edits: str | None = None,
        *,
        doubtful: bool = False,
    ) -> str | None:
        """Posts a message, or puts it in the place of another; its id.

        Raises NotNow, Unreachable or InDoubt.
        """
        thread = thread_of(to)
        if reference is None and thread:
            raise NotNow("nobody has been heard from Teams since the start")
        if reference is None:
            raise Unreachable("Teams has no conversation with this person yet")
        try:
            client = await self._connectors.create(reference["serviceUrl"])
            user = "" if thread else str(reference["userId"])
            activity = _activity(message, reference, user)
            conversation = thread or reference.get("conversation")
        except (LookupError, TypeError, ValueError) as error:
            raise Unreachable("what is known of their Teams conversation cannot be used") from error
        try:
            async with asyncio.timeout(PREPARING_SECONDS):
                if not conversation:
                    conversation = await _open(client, activity, user, to.place)
                elif doubtful and not thread:
                    await client.conversations.get_conversation_member(conversation, user)
        except Exception as error:
            raise outcome(error, perhaps_said=False, doubtful=doubtful) from error
        try:
            async with asyncio.timeout(SAYING_SECONDS):
                if edits is not None:
                    await client.conversations.update_activity(conversation, edits, activity)
                    return edits
                answer = await client.conversations.send_to_conversation(conversation, activity)
        except Exception as error:
            raise outcome(error, perhaps_said=True, doubtful=doubtful) from error
        return str(answer.id) if answer and answer.id else None


def thread_of(to: Address) -> str:
    """The conversation of a shared message's thread ("thread:CONVERSATION|MESSAGE"); "" for a person."""
    kind, _, message = to.user.partition(":")
    return message.rpartition("|")[0] if kind == THREAD else ""


def _again(letter: Letter) -> str:
    """The words that renew it when it is looked at again."""
    if letter.template != HOME:
        return ""
    page = letter.facts.get("page", 1)
    return f"{HOME} {page}" if page != 1 else HOME


def _activity(message: Message, reference: Reference, user: str) -> Activity:
    """user: whom it is for; nobody in particular in a thread."""
    attachment = to_attachment(message.card)
    return Activity(
        type=ActivityTypes.message,
        channel_id=CHANNEL,
        service_url=reference["serviceUrl"],
        from_property=ChannelAccount(id=reference["botId"]),
        recipient=ChannelAccount(id=user) if user else None,
        # What a notification shows, and a reader that shows no cards.
        summary=message.words,
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
