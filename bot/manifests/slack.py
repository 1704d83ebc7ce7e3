"""The Slack app's manifest: what an administrator pastes to create the app, or to change it."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.manifests.picture import ACCENT
from bot.manifests.reaching import why_unreachable
from bot.manifests.slack_scopes import BOT_EVENTS, BOT_SCOPES
from handlers.commands import COMMANDS

if TYPE_CHECKING:
    from bot.settings import Settings

LONGEST_NAME = 35
SHORTCUT = "log_inquiry"
"""The callback_id of the message shortcut, and the id of Teams' action."""

SAYS = {
    "inquiry": "Log an inquiry, see when it is due and why, answer in time",
    "away": "Plan an absence: out-of-office texts, who covers",
    "desk": "For supervisors: the team, what is overdue, standards, closures, hours",
}
"""What each slash command is for."""

_SHORT = "Helps the staff of a public agency to answer in time."
# Slack asks for at least 175 characters here.
_LONG = (
    "Log an inquiry in a few words, or from a message; see when a response is due and which written rule "
    "says so; be reminded in working hours, and have whoever covers for you reminded while you are away. "
    "When an inquiry is closed, the customer gets a survey link. This app is run by your own agency: what "
    "you write to it is kept in the agency's database, and it hears only what is said to it."
)


def slack_manifest(
    settings: "Settings", name: str = "Replyby", *, socket: bool | None = None
) -> dict[str, Any]:
    """The manifest (schema 1), for Socket Mode or for requests to our public address.

    socket: None goes by the settings. Raises ValueError, in a sentence, when Slack could not reach us.
    """
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise ValueError(
            f"Slack takes a name of 1 to {LONGEST_NAME} characters; --name has {len(name.strip())}."
        )
    by_socket = settings.slack_app_token is not None if socket is None else socket
    address = None if by_socket else _address(settings)
    calls = {} if address is None else {"request_url": address}
    return {
        "display_information": {
            "name": name.strip(),
            "description": _SHORT,
            "long_description": _LONG,
            "background_color": ACCENT,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name.strip(), "always_online": True},
            "shortcuts": [
                {
                    "name": "Log as inquiry",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Log this message as an inquiry; its number is said in the thread.",
                }
            ],
            "slash_commands": [_command(noun, address) for noun in nouns()],
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {**calls, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **calls},
            # An E… among the allowed is a Grid organisation: the app is installed for all of it.
            "org_deploy_enabled": any(one.startswith("E") for one in settings.slack_teams),
            "socket_mode_enabled": by_socket,
            "token_rotation_enabled": False,
        },
    }


def nouns() -> list[str]:
    """What stands after a slash: the nouns of the table, in its order."""
    return list(dict.fromkeys(one.noun for one in COMMANDS if one.usage.startswith("/")))


def where_to_paste(settings: "Settings") -> str:
    """The page of Slack's where apps are made; a GovSlack's own."""
    government = (urlsplit(settings.slack_api_url).hostname or "").endswith("slack-gov.com")
    return f"https://api.slack{'-gov' if government else ''}.com/apps"


def _command(noun: str, address: str | None) -> dict[str, Any]:
    verbs = dict.fromkeys(one.verb.partition(" ")[0] for one in COMMANDS if one.noun == noun and one.verb)
    return {
        "command": f"/{noun}",
        "description": SAYS[noun],
        "usage_hint": f"[{' | '.join((*verbs, 'help'))}]",
        # So that a mention comes with the person's id, and not as a name that two may have.
        "should_escape": True,
        **({} if address is None else {"url": address}),
    }


def _address(settings: "Settings") -> str:
    unreachable = why_unreachable(settings.public_url)
    if unreachable:
        raise ValueError(
            f"Slack cannot call {settings.public_url}, which {unreachable}. Set REPLYBY_PUBLIC_URL to the "
            "https:// address of your proxy; or say --socket, and Replyby calls Slack instead (Socket Mode)."
        )
    return f"{settings.public_url}/slack/events"
