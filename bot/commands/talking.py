"""Talking with the demonstration, and trying what a policy says."""

import json
import logging
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.plainly import AgencyFolder, Database, instant, plainly

app = typer.Typer()
DEMO_DATABASE = "sqlite:///var/demo.db"


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
    start = instant(at, described.zone) if at else None
    clock = assemble.SteeredClock(start)
    store = assemble.open_store(database or DEMO_DATABASE, clock)
    assemble.seed_when_empty(store, described, clock)
    assemble.talk(settings, store, start)


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
