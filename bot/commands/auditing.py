"""The record of who did what."""

import sys
from typing import Annotated

import typer

from bot.commands.plainly import Database, group, plainly

app = group("Who did what: is the record whole?")


@app.command("verify")
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


@app.command("head")
@plainly
def audit_head(database: Database = None) -> None:
    """Print the last number and its hash, to keep elsewhere."""
    from bot.auditing import last
    from bot.settings import read_settings

    print(last(database or read_settings().database_url))


@app.command("words")
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
