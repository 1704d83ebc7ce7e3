"""What Slack and Teams want to know of the app."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.plainly import group, plainly

app = group("What Slack and Teams want to know of the app.")

AppName = Annotated[str, typer.Option("--name", help="What the app is called there.")]


@app.command("slack")
@plainly
def manifest_slack(
    name: AppName = "Replyby",
    socket: Annotated[
        bool | None,
        typer.Option(
            "--socket/--http",
            help="Socket Mode, or requests to REPLYBY_PUBLIC_URL; else by whether SLACK_APP_TOKEN is set.",
            show_default=False,
        ),
    ] = None,
    icon: Annotated[
        Path | None, typer.Option(help="Write the app's picture too, as PNG.", show_default=False)
    ] = None,
) -> None:
    """Print the Slack app's manifest."""
    from bot.manifests.picture import full_colour
    from bot.manifests.slack import slack_manifest, where_to_paste
    from bot.settings import read_settings

    settings = read_settings()
    print(json.dumps(slack_manifest(settings, name, socket=socket), indent=2, ensure_ascii=False))
    print(
        f"Paste it at {where_to_paste(settings)}: Create New App, From a manifest, your workspace, JSON. "
        "For an app that is there: App Manifest.",
        file=sys.stderr,
    )
    if icon is not None:
        icon.write_bytes(full_colour(512))
        print(f"{icon} is its picture: Basic Information, Display Information, App icon.", file=sys.stderr)


@app.command("teams")
@plainly
def manifest_teams(
    file: Annotated[Path, typer.Argument(help="The zip to write.", show_default=False)],
    name: AppName = "Replyby",
    publisher: Annotated[
        str | None,
        typer.Option(help="Your agency's name; else the host of REPLYBY_PUBLIC_URL.", show_default=False),
    ] = None,
    privacy: Annotated[
        str | None,
        typer.Option(help="Your own page on privacy; else Replyby's front page.", show_default=False),
    ] = None,
    terms: Annotated[
        str | None, typer.Option(help="Your own terms of use; else Replyby's front page.", show_default=False)
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(help="Higher than the package that Teams has; else Replyby's own.", show_default=False),
    ] = None,
) -> None:
    """Write the Teams app's package, ready for upload."""
    from importlib.metadata import version as installed

    from bot.manifests.teams import Label, package, teams_manifest
    from bot.settings import read_settings

    label = Label(name, publisher, privacy, terms, version)
    described = teams_manifest(read_settings(), label, installed("replyby"))
    file.write_bytes(package(described))
    print(
        f"{file} holds {described['name']['short']} {described['version']}. "
        "Upload it in the Teams admin center: Teams apps, Manage apps, Upload new app."
    )
