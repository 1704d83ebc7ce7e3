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


BackupFile = Annotated[Path, typer.Argument(help="The file of the backup.", show_default=False)]


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
    from bot.logs import configure
    from bot.settings import read_settings

    settings = read_settings()
    configure(settings.log)
    log = logging.getLogger("replyby")
    store = assemble.open_store(database or settings.database_url)
    assemble.check_standards(store)
    if assemble.agency_in(store) is None:
        log.warning(
            "No agency is stored yet. Add it (replyby seed --agency FOLDER), then start again.",
            extra={"action": "start"},
        )
    ear = _listening(settings.host, settings.port)
    log.info("Replyby listens on http://%s:%d", settings.host, settings.port, extra={"action": "start"})
    # No access log: a survey's path is its key.
    config = uvicorn.Config(
        assemble.serving(settings, store),
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
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


@app.command("try")
@plainly
def try_(
    standard: Annotated[
        str | None, typer.Option(help="A shipped standard, or a TOML file.", show_default=False)
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            help="A rule of your own, such as “email 4 business hours”; may be given again.",
            show_default=False,
        ),
    ] = None,
    calendar: Annotated[
        Path | None,
        typer.Option(help="A folder or file in the form of agency.toml.", show_default=False, metavar="FILE"),
    ] = None,
    begin: Annotated[
        str | None, typer.Option("--from", help="The first day.", show_default=False, metavar="DAY")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="The last day.", show_default=False, metavar="DAY")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="“last quarter” (which is the default), “Q3 2025”, “March 2026”.")
    ] = None,
    department: Annotated[
        str | None, typer.Option(help="Without it, the whole agency.", show_default=False, metavar="NAME")
    ] = None,
    database: Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Try a standard or a calendar on what was stored; nothing is written."""
    from bot import assemble
    from bot.settings import read_settings
    from bot.trying import Asked, spoken, trial

    asked = Asked(standard, rule or (), calendar, begin, end, period, department)
    found = trial(database or read_settings().database_url, asked, assemble.now())
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


@app.command()
@plainly
def calendar(
    database: Database = None,
    agency: AgencyFolder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Apply it without asking.")] = False,
) -> None:
    """Read an agency's hours, holidays and years again; show what moves, then ask."""
    from bot import assemble
    from bot.calendar_files import read_again
    from bot.settings import read_settings
    from models.agency_file import read_agency

    described = read_agency(agency or assemble.DEMO)
    store = assemble.open_store(database or read_settings().database_url)
    look = read_again(store, described, assemble.now(), apply=False)
    print("\n".join(look.lines) or "The files say what the database has; nothing was changed.")
    if look.changes and not yes and not typer.confirm("Apply this?"):
        print("Nothing was changed.")
    elif look.changes:
        done = read_again(store, described, assemble.now(), apply=True)
        print(f"Applied; {done.told} {'colleague hears' if done.told == 1 else 'colleagues hear'} of it.")
    store.close()


@app.command()
@plainly
def backup(file: BackupFile, database: Database = None) -> None:
    """Copy the whole database into a new file, while Replyby goes on."""
    from bot.settings import read_settings
    from models.backup import back_up

    kept = back_up(database or read_settings().database_url, file)
    print(f"{file} holds the whole database: {kept.size:,} bytes, revision {kept.revision}, checked.")


@app.command()
@plainly
def restore(
    file: BackupFile,
    database: Database = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what the database holds.")] = False,
) -> None:
    """Put a backup into the database, while Replyby stands still."""
    from bot import assemble
    from bot.settings import read_settings
    from models.backup import restore

    found, old = restore(database or read_settings().database_url, file, assemble.now(), replace=replace)
    if old is not None:
        print(f"What the database held before is in {old}.")
    print(f"{file} is restored. Inquiries: {found.inquiries}.")
    if found.owed:
        print(
            f"Messages still to be said at the time of the backup: {found.owed}; due by now: {found.due}. "
            "What has been said since is looked for in Slack before it is said again; in Teams and by e-mail "
            "it may come a second time."
        )
    print("What was done since the backup is lost, and numbers given since then are given again.")


audit = typer.Typer(help="Who did what: is the record whole?", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(audit, name="audit")


@audit.command("verify")
@plainly
def audit_verify(
    database: Database = None,
    known: Annotated[
        str | None,
        typer.Option(
            "--head", help="As `audit head` printed it once.", show_default=False, metavar='"N HASH"'
        ),
    ] = None,
) -> None:
    """Walk the whole chain; exit 1 and name the first broken row, if there is one."""
    from bot.auditing import verified
    from bot.settings import read_settings

    says, whole = verified(database or read_settings().database_url, known)
    print(says)
    if not whole:
        raise typer.Exit(1)


@audit.command("head")
@plainly
def audit_head(database: Database = None) -> None:
    """Print the last number and its hash, to keep elsewhere."""
    from bot.auditing import last
    from bot.settings import read_settings

    print(last(database or read_settings().database_url))


@audit.command("words")
@plainly
def audit_words(
    number: Annotated[int, typer.Argument(help="The row’s number.", show_default=False)],
    database: Database = None,
) -> None:
    """Read words from standard input; say whether they are the ones that the row came of."""
    from bot.auditing import typed
    from bot.settings import read_settings

    says, proven = typed(database or read_settings().database_url, number, sys.stdin.read())
    print(says)
    if not proven:
        raise typer.Exit(1)


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
