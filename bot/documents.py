"""Writes the pages of docs/ that come from the program, so that they cannot rot. Run by `make docs`."""

from pathlib import Path

from bot.policies import policies_page
from bot.settings import settings_page
from handlers.commands import COMMANDS

DOCS = Path(__file__).parent.parent / "docs"


def commands_page() -> str:
    """docs/commands.md: every command with its audience, usage and example."""
    lines = [
        "# Commands",
        "",
        "Written by `make docs` from the command table; do not edit.",
        "",
        "In Slack these are the slash commands `/inquiry`, `/away` and `/desk`, and the same words in a",
        "direct message. In Teams and in `replyby talk` they are plain words, with or without the slash.",
        "",
        "| usage | who | what it does | example |",
        "|---|---|---|---|",
    ]
    for one in COMMANDS:
        examples = "<br>".join(f"`{words}`" for words in (one.example, *one.more))
        cells = (f"`{one.usage}`", one.audience.value, one.says, examples)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


PAGES = {"commands.md": commands_page, "settings.md": settings_page, "policies.md": policies_page}


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
