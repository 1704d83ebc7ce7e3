"""What is stored: the schema, the agency, its calendar, copies."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.plainly import AgencyFolder, Database, plainly

app = typer.Typer()


BackupFile = Annotated[Path, typer.Argument(help="The file of the backup.", show_default=False)]


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
    from bot.calendar_files import over_midnight
    from bot.settings import read_settings
    from models.agency_file import read_agency

    described = read_agency(agency or assemble.DEMO)
    store = assemble.open_store(database or read_settings().database_url)
    stored = assemble.seed_when_empty(store, described)
    store.close()
    if stored:
        stored_now = f"{described.name} is stored, with {len(described.staff)} members of staff."
        print("\n".join([stored_now, *over_midnight(described.hours.week())]))
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
    from bot.calendar_files import over_midnight, read_again
    from bot.settings import read_settings
    from models.agency_file import read_agency

    described = read_agency(agency or assemble.DEMO)
    store = assemble.open_store(database or read_settings().database_url)
    look = read_again(store, described, assemble.now(), apply=False)
    for line in over_midnight(described.hours.week()):
        print(line)
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
