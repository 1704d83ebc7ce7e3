"""What became of a message to Teams: one of delivery's three outcomes for whatever went wrong."""

import logging

import aiohttp

from bot.teams.login import NoLogin, NoToken
from bot.teams.wire import ConnectorRefused
from scheduler.letter import InDoubt, NotNow, Unreachable

log = logging.getLogger(__name__)

HALT_SECONDS = 900.0

_CROWDED = (412, 429, 503)


def outcome(error: Exception, *, perhaps_said: bool, doubtful: bool) -> Exception:
    """NotNow, Unreachable or InDoubt.

    perhaps_said: the words were on their way. doubtful: it is the second time.
    """
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
