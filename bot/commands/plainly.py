"""What every command shares: its options, and faults as one sentence."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

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


def group(says: str) -> typer.Typer:
    """A command with commands of its own."""
    return typer.Typer(help=says, no_args_is_help=True, rich_markup_mode=None)


def instant(text: str, zone: str) -> datetime:
    """An ISO 8601 instant; without an offset it is read in the zone."""
    from zoneinfo import ZoneInfo

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Fault(f"“{text}” is no time that can be read. Write it as 2026-03-02T09:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
