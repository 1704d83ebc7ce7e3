"""The command line. What a command needs is imported inside it, so that `--help` and `due` start fast."""

import json
import logging
import os
import socket
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    help="Replyby helps the staff of public agencies to answer in time, in Slack and Microsoft Teams.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

DEMO_DATABASE = "sqlite:///var/demo.db"

Database = Annotated[
    str | None, typer.Option(help="sqlite:///FILE or postgresql://…", show_default=False, metavar="ADDRESS")
]
AgencyFolder = Annotated[
    Path | None,
    typer.Option(help="A folder with agency.toml; without it, the demonstration's.", show_default=False),
]


class Fault(Exception):  # a sentence for whoever typed the command
    """Ends the command with a sentence and exit status 2."""


def plainly(command: Callable[..., None]) -> Callable[..., None]:
    """Turns the faults that a person can mend into one sentence on standard error."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        from sqlalchemy.exc import DBAPIError

        from bot.settings import SettingsFault

        try:
            command(*args, **kwargs)
        except OverflowError as fault:
            print("replyby: that time lies beyond what can be reckoned.", file=sys.stderr)
            raise typer.Exit(2) from fault
        except (Fault, SettingsFault, ValueError) as fault:
            print(f"replyby: {fault}", file=sys.stderr)
            raise typer.Exit(2) from fault
        except DBAPIError as fault:
            print(f"replyby: the database cannot be used: {str(fault.orig).strip()}", file=sys.stderr)
            raise typer.Exit(2) from fault
        except BrokenPipeError:
            # Whoever read us has read enough; Python must not try to write the rest at its exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except OSError as fault:
            print(f"replyby: {fault.filename or 'the system'}: {fault.strerror}", file=sys.stderr)
            raise typer.Exit(2) from fault

    return run


@app.command()
@plainly
def talk(
    database: Database = None,
    agency: AgencyFolder = None,
    at: Annotated[
        str | None, typer.Option(help="Sets the clock, for example 2026-03-02T09:00.", show_default=False)
    ] = None,
) -> None:
    """Talk with a demonstration agency, here."""
    logging.basicConfig(level=logging.WARNING)
    from bot import assemble
    from bot.settings import read_settings
    from models.agency_file import read_agency

    settings = read_settings()
    described = read_agency(agency or assemble.DEMO)
    start = _instant(at, described.zone) if at else None
    clock = assemble.SteeredClock(start)
    store = assemble.open_store(database or DEMO_DATABASE, clock)
    assemble.seed_when_empty(store, described, clock)
    assemble.talk(settings, store, start)


@app.command()
@plainly
def serve(database: Database = None) -> None:
    """Serve Slack, Teams and the survey pages."""
    import uvicorn

    from bot import assemble
    from bot.settings import read_settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("alembic", "apscheduler", "slack_bolt", "slack_sdk"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    log = logging.getLogger("replyby")
    settings = read_settings()
    store = assemble.open_store(database or settings.database_url)
    assemble.check_standards(store)
    if assemble.agency_in(store) is None:
        log.warning("No agency is stored yet. Add it (replyby seed --agency FOLDER), then start again.")
    ear = _listening(settings.host, settings.port)
    log.info("Replyby listens on http://%s:%d", settings.host, settings.port)
    # No access log: a survey's path is its key.
    config = uvicorn.Config(
        assemble.serving(settings, store), log_level="warning", access_log=False, server_header=False
    )
    uvicorn.Server(config).run(sockets=[ear])


@app.command()
@plainly
def due(
    standard: Annotated[str, typer.Option(help="A shipped standard, or a TOML file.")],
    channel: Annotated[str, typer.Option(help="email, call, voicemail, walk-in, letter, form or chat.")],
    received: Annotated[str, typer.Option(help="ISO 8601; without an offset, in the office's zone.")],
    paused: Annotated[
        list[str] | None,
        typer.Option(
            help="FROM..TO, a time in which the clock stood still; may be given again.",
            show_default=False,
            metavar="FROM..TO",
        ),
    ] = None,
    calendar: Annotated[
        Path | None,
        typer.Option(
            help="A folder or file in the form of agency.toml; without it, the demonstration's.",
            show_default=False,
            metavar="FILE",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print when an answer is due, and why."""
    from bot.due import deadlines, spoken
    from bot.settings import read_settings

    found = deadlines(standard, channel, received, read_settings().zone, paused or (), calendar)
    print(json.dumps(found, indent=2, ensure_ascii=False) if as_json else spoken(found))


@app.command()
@plainly
def migrate(database: Database = None) -> None:
    """Bring the database to the newest schema."""
    from bot import assemble
    from bot.settings import read_settings
    from models.migrating import newest

    assemble.open_store(database or read_settings().database_url).close()
    print(f"The database is at revision {newest()}.")


@app.command()
@plainly
def seed(database: Database = None, agency: AgencyFolder = None) -> None:
    """Store an agency in an empty database."""
    from bot import assemble
    from bot.settings import read_settings
    from models.agency_file import read_agency

    described = read_agency(agency or assemble.DEMO)
    store = assemble.open_store(database or read_settings().database_url)
    stored = assemble.seed_when_empty(store, described)
    store.close()
    if stored:
        print(f"{described.name} is stored, with {len(described.staff)} members of staff.")
    else:
        print("The database has an agency already; nothing was changed.")


def _listening(host: str, port: int) -> socket.socket:
    """The socket that we serve on, taken before anything is started. Raises Fault."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Fault(
            f"cannot listen on {host}, port {port}: {error.strerror}. See REPLYBY_HOST and REPLYBY_PORT."
        ) from error


def _instant(text: str, zone: str) -> datetime:
    """An ISO 8601 instant; without an offset it is read in the zone."""
    from zoneinfo import ZoneInfo

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Fault(f"“{text}” is no time that can be read. Write it as 2026-03-02T09:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def main() -> None:
    app()


if __name__ == "__main__":
    main()
