"""docs/policies.md says what is so: every rule is there, and what it names exists."""

import re
from pathlib import Path

from bot.policies import SHORT, carried_by, entries, policies_page
from handlers.commands import COMMANDS
from models.standard import load_standard, shipped

ROOT = Path(__file__).parent.parent


def test_every_rule_of_the_five_policies_is_listed_once_and_in_order():
    assert list(entries()) == [f"R{number}" for number in range(1, 53)]


def test_every_command_and_message_that_serves_a_rule_exists():
    words = {one.words for one in COMMANDS}
    templates = {path.stem for path in (ROOT / "templates").glob("*.j2")}
    for name, one in entries().items():
        assert [word for word in one.commands if word not in words] == [], name
        assert [message for message in one.messages if message not in templates] == [], name


def test_a_rule_is_served_or_says_what_comes_later():
    for name, one in entries().items():
        assert one.commands or one.later, name
        assert one.rule.endswith("."), name
        assert one.where.split()[0].rstrip(";") in SHORT, name


def test_every_rule_of_a_shipped_standard_stands_on_the_page_with_that_standard():
    page = policies_page()
    for standard in shipped():
        for rule in load_standard(standard).rules:
            line = next(line for line in page.splitlines() if line.startswith(f"| {rule.id} |"))
            assert f"`{standard}`" in line, rule.id
            assert standard in carried_by(rule.id)


def test_every_rule_that_the_code_cites_is_one_of_the_policies():
    cited = set()
    for room in ("models", "handlers", "scheduler", "bot", "templates"):
        for path in (ROOT / room).rglob("*"):
            if path.suffix in (".py", ".j2", ".toml"):
                cited |= set(re.findall(r"\bR(?:[1-9]|[1-9]\d)\b", path.read_text("utf-8")))
    assert cited - set(entries()) == set()
