"""docs/policies.md: every rule of the five policies, and what serves it; written from docs/policies.toml."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from handlers.commands import COMMANDS
from models.standard import load_standard, shipped

SOURCE = Path(__file__).parent.parent / "docs" / "policies.toml"

SHORT = {
    "MAD": "City of Madison, Human Resources customer-service framework",
    "FED": "a federal department's customer-service performance element",
    "SJ": "City of San José, customer service guidelines 1.2.9",
    "WIL": "Williamson County, customer service initiative",
    "MAR": "Marion County, administrative policy 211",
}


class Entry(BaseModel):
    """A rule in our words, its place, the commands and messages that serve it, and what is still to come."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    where: str
    commands: tuple[str, ...]
    messages: tuple[str, ...]
    later: str | None = None

    def served(self, carried: list[str]) -> str:
        """The cell of the page. `carried`: the shipped standards that have the rule."""
        known = {one.words: one.short for one in COMMANDS}
        parts = [f"standard {', '.join(f'`{one}`' for one in carried)}"] if carried else []
        parts += [", ".join(f"`{known.get(one, one)}`" for one in self.commands)] if self.commands else []
        parts += [f"says {', '.join(f'`{one}`' for one in self.messages)}"] if self.messages else []
        parts += [f"later: {self.later}"] if self.later else []
        return "; ".join(parts)


def entries() -> dict[str, Entry]:
    """Every rule by its id. Raises ValueError for an entry that is not written as it should be."""
    found = tomllib.loads(SOURCE.read_text("utf-8"))
    return {name: Entry.model_validate(one) for name, one in found.items()}


def carried_by(rule: str) -> list[str]:
    """The shipped standards that have a rule of this id."""
    return [name for name in shipped() if any(one.id == rule for one in load_standard(name).rules)]


def policies_page() -> str:
    lines = [
        "# What the policies ask, and what serves it",
        "",
        "Written by `make docs` from `docs/policies.toml` and the shipped standards; do not edit.",
        "A rule that is only partly served says what comes later. Messages are the names of templates.",
        "",
        *(f"- **{short}**: {long}" for short, long in SHORT.items()),
        "",
        "| rule | what it asks | where | served by |",
        "|---|---|---|---|",
    ]
    for name, one in entries().items():
        lines.append(f"| {name} | {one.rule} | {one.where} | {one.served(carried_by(name))} |")
    return "\n".join(lines) + "\n"
