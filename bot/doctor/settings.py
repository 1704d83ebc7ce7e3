"""The settings: every fault of them, and what is left of them to examine the rest by."""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from bot.doctor.finding import Finding, fault, look, ok
from bot.setting_names import names, sentence, stranger
from bot.settings import Settings

ABOUT = "settings"
# What is given whole or not at all, by how its fields begin.
_HOST = "Usual is 127.0.0.1, and 0.0.0.0 in a container."
_SETS = ("slack_", "microsoft_", "smtp_")


@dataclass(frozen=True)
class Known:
    """settings: without what is faulty. faults: a sentence each. left_out: the fields that are faulty."""

    settings: Settings
    faults: tuple[str, ...]
    left_out: frozenset[str]


def known(environ: Mapping[str, str]) -> Known:
    """The settings of an environment, as far as they can be used."""
    fields = Settings.model_fields
    faults = [said for said in (stranger(fields, name) for name in sorted(environ)) if said]
    source = EnvSettingsSource(Settings)
    source.env_vars = {name: value.strip() for name, value in environ.items() if value.strip()}
    given = source()
    by_variable = {variable: name for name, field in fields.items() for variable in names(field)}
    left_out: set[str] = set()
    while True:
        try:
            return Known(Settings(**given), tuple(faults), frozenset(left_out))
        except ValidationError as error:
            said, whole = sentence(fields, error), not error.errors()[-1]["loc"]
        # What is missing only because it was left out above is no second fault.
        untrue = any(re.search(rf"\b{one}\b", said) for left in left_out for one in names(fields[left]))
        if not (whole and untrue):
            faults.append(said)
        # Every sentence begins with the variable that it is about.
        field = by_variable[said.split()[0]]
        gone = {one for one in fields if one.startswith(_set_of(field))} if whole else {field}
        left_out |= gone
        given = {name: value for name, value in given.items() if by_variable.get(name, name) not in gone}


def _set_of(field: str) -> str:
    return next(one for one in _SETS if field.startswith(one))


def check(found: Known) -> list[Finding]:
    """What the settings themselves tell."""
    settings = found.settings
    said = [fault(ABOUT, one, "See docs/settings.md.") for one in found.faults]
    doors = [name for name, there in (("Slack", settings.has_slack), ("Teams", settings.has_teams)) if there]
    if not doors and not found.faults:
        said.append(
            look(
                ABOUT,
                "Neither Slack nor Teams is set up, so nobody can talk with Replyby there.",
                "See docs/install-slack.md or docs/install-teams.md.",
            )
        )
    if not found.faults:
        outward = [*doors, *(["e-mail"] if settings.has_email else [])]
        said.append(ok(ABOUT, f"They can be read. Set up: {', '.join(outward) or 'nothing yet'}."))
    return [*said, *_secret(found)]


def listening(settings: Settings) -> list[Finding]:
    """Whether `replyby serve` can listen where it is told to; the port itself may be taken, by Replyby."""
    host = settings.host
    try:
        socket.getaddrinfo(host, settings.port)
    except (OSError, UnicodeError):
        says = f"REPLYBY_HOST is {host}, which is no address and no name that can be looked up."
        return [fault(ABOUT, says, f"replyby serve cannot listen there. {_HOST}")]
    try:
        socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        says = f"REPLYBY_HOST is {host}, where this machine cannot listen ({error.strerror or error})."
        return [fault(ABOUT, says, f"Give an address of this machine. {_HOST}")]
    return []


def _secret(found: Known) -> list[Finding]:
    about, secret = "survey key", found.settings.secret
    if "secret" in found.left_out:
        return []
    if secret is None:
        return [ok(about, "Survey links are made with the key in the database; REPLYBY_SECRET is not set.")]
    if len(set(secret.get_secret_value())) < 10:
        return [
            look(
                about,
                "REPLYBY_SECRET is made of so few different characters that it may be guessed.",
                "Make one with openssl rand -hex 32; links that were sent before then stop working.",
            )
        ]
    return [ok(about, "Survey links are made with REPLYBY_SECRET.")]
