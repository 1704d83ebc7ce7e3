"""The staff as a file."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.plainly import Database, Fault, group, plainly

app = group("The staff as a CSV file: who works here, where, under whom.")

EachLine = Annotated[bool, typer.Option("--all", help="Show every line, however many there are.")]


@app.command("import")
@plainly
def directory_import(
    file: Annotated[Path, typer.Argument(help="A CSV file; see docs/directory.md.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Apply it without asking.")] = False,
    deactivate_missing: Annotated[
        bool, typer.Option("--deactivate-missing", help="Who is not in the file has left.")
    ] = False,
    new_departments: Annotated[
        str | None,
        typer.Option(
            help="Add departments that are not known; they keep this standard.",
            show_default=False,
            metavar="STANDARD",
        ),
    ] = None,
    every: EachLine = False,
    database: Database = None,
) -> None:
    """Show what a file of the staff would change, ask, and store it."""
    from bot import assemble
    from bot.directory import apply, faults_told, look, read_file
    from bot.settings import read_settings
    from models.directory.file import DirectoryFault

    reading = None
    try:
        reading = read_file(file, new_departments, deactivate_missing=deactivate_missing)
        store = assemble.open_store(database or read_settings().database_url)
        shown = look(store, reading, assemble.now(), every=every)
    except DirectoryFault as fault:
        for line in faults_told(fault, every=every):
            print(line, file=sys.stderr)
        raise typer.Exit(2) from None
    except LookupError as fault:
        raise Fault(str(fault)) from fault
    print("\n".join(shown.lines))
    if not shown.found.changes:
        print("Nothing to change.")
    elif not yes and not sys.stdin.isatty():
        raise Fault("nobody is there to be asked, so nothing was stored. Say --yes to apply it.")
    elif not yes and not typer.confirm("Apply this?"):
        print("Nothing was stored.")
    else:
        apply(store, reading, shown, assemble.now())
        print("Stored.")
    store.close()


@app.command("export")
@plainly
def directory_export(
    file: Annotated[Path, typer.Argument(help="A new CSV file.", show_default=False)],
    left_too: Annotated[bool, typer.Option("--left-too", help="With those who have left.")] = False,
    database: Database = None,
) -> None:
    """Write the staff into a CSV file that can be imported again."""
    from bot import assemble
    from bot.directory import export
    from bot.settings import read_settings

    store = assemble.open_store(database or read_settings().database_url)
    try:
        made = export(store, assemble.now(), left_too=left_too)
    except LookupError as fault:
        raise Fault(str(fault)) from fault
    # For its owner alone, and never in the place of another file.
    try:
        with open(file, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as new:
            new.write(made)
    except FileExistsError:
        raise Fault(f"{file} is there already, and stays as it is. Choose another name.") from None
    store.close()
    print(f"{file} holds the staff.")
