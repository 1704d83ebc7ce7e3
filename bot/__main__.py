"""The command line. What a command needs is imported inside it, so that `--help` and `due` start fast."""

import typer

from bot.commands import auditing, directory, manifests, serving, storing, talking

app = typer.Typer(
    help="Replyby helps the staff of public agencies to answer in time, in Slack and Microsoft Teams.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for commands in (talking, serving, storing):
    app.add_typer(commands.app)
app.add_typer(manifests.app, name="manifest")
app.add_typer(directory.app, name="directory")
app.add_typer(auditing.app, name="audit")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
