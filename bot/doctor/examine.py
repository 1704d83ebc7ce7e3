"""All of the checks, those of the network side by side, each with its time limit."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from bot.doctor import clocks, database, directory, mail, outbox, public, settings, slack, teams
from bot.doctor.calling import Caller
from bot.doctor.finding import Finding, fault, look
from bot.doors import Clock
from bot.probe import Probe
from bot.teams.login import Credentials
from models.store import Store

LONGEST = 20.0
"""Seconds for any one subject, its own time limits included."""


@dataclass(frozen=True)
class Patient:
    """What is examined. address: of the database, instead of the settings' own.

    credentials, trust: stand in for Microsoft's login, and for the system's authorities.
    """

    environ: Mapping[str, str]
    clock: Clock
    address: str | None = None
    offline: bool = False
    credentials: Credentials | None = None
    trust: ssl.SSLContext | None = None


async def examine(patient: Patient) -> list[Finding]:
    """Everything that is found, by subject. Raises nothing of what it meets."""
    found = settings.known(patient.environ)
    given = found.settings
    async with Caller(patient.clock) as caller:
        outward: list[tuple[str, Callable[[], Awaitable[list[Finding]]]]] = [
            (database.ABOUT, lambda: _stored(patient, found))
        ]
        network = None if patient.offline else caller
        if "host" not in found.left_out:
            outward.append((settings.ABOUT, Probe(lambda: settings.listening(given), LONGEST / 2)))
        if given.has_slack:
            outward.append((slack.ABOUT, lambda: slack.check(given, network)))
        if given.has_teams:
            outward.append((teams.ABOUT, lambda: teams.check(given, network, patient.credentials)))
        if given.has_email and not patient.offline:
            outward.append((mail.ABOUT, lambda: mail.check(given, patient.trust)))
        if "public_url" not in found.left_out:
            outward.append((public.ABOUT, lambda: public.check(given, caller, offline=patient.offline)))
        answers = await asyncio.gather(*(_patiently(about, work) for about, work in outward))
    said = settings.check(found)
    for one in answers:
        said += one
    said += clocks.check(caller.ahead)
    if patient.offline:
        said.append(look("network", "It was left out (--offline): Slack, Teams, e-mail and addresses."))
    # Of two tokens that do not reach the same server, one line.
    return list(dict.fromkeys(said))


async def _patiently(about: str, work: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    try:
        async with asyncio.timeout(LONGEST):
            return await work()
    except TimeoutError:
        return [
            fault(about, f"No answer came within {LONGEST:g} seconds.", "Try again; else see the network.")
        ]
    except Exception as error:  # noqa: BLE001  # one check that breaks must not hide the others
        # Its words might hold a secret.
        says = f"This check broke ({type(error).__name__}), which is a fault of Replyby's."
        return [fault(about, says, "Tell whoever maintains it; the other checks stand.")]


async def _stored(patient: Patient, found: settings.Known) -> list[Finding]:
    """The database, and what it holds."""
    if patient.address is None and "database_url" in found.left_out:
        return []
    address = patient.address or found.settings.database_url
    least = found.settings.least_disk_mb
    said, store = await Probe(lambda: database.check(address, least, patient.clock), LONGEST / 2)()
    if store is None:
        return said
    try:
        return said + await Probe(lambda: _held(store, patient, found), LONGEST / 2)()
    except DBAPIError as error:
        return [*said, database.away(error)]
    finally:
        store.close()


def _held(store: Store, patient: Patient, found: settings.Known) -> list[Finding]:
    given, now = found.settings, patient.clock()
    doors = [name for name, there in (("slack", given.has_slack), ("teams", given.has_teams)) if there]
    with store.reading() as db:
        said = directory.check(db, now, doors, mail=given.has_email)
    return said + outbox.check(store, now, sayable=bool(doors) or given.has_email)
