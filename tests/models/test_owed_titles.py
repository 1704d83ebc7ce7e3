"""Every word that may reach nobody has a title that a person would say."""

import ast
import re
from pathlib import Path

import pytest

from models.owed_titles import ANSWER, TITLES, number_of, title_of

ROOT = Path(__file__).parents[2]
# The place of the template among the arguments of what owes a word.
OWES = {"owe": 2, "put": 3, "outbox.row": 2, "tell_owner": 2}
# Where the template is no constant: what it may be.
GIVEN = {
    "handlers/answering.py kept['template']": (),  # the answer to anything: it has a title of its own
    "handlers/asking.py template": (),  # handed on by Hearing.owe
    "handlers/clocks.py template": (),  # handed on by tell_owner
    "handlers/away.py template": ("you_cover", "you_cover_no_longer"),
    "handlers/pausing.py template": ("inquiry_paused", "inquiry_resumed"),
    "models/edits.py last": (),  # an edit says nothing that is new: it has no title
    "models/edits.py one.id or 0": (),
    "scheduler/points.py template": ("due_soon", "due_now", "late", "overdue", "excuse_over"),
}


def owed():
    """Every template that is owed somewhere, found in the source: (where, template)."""
    for room in ("handlers", "models", "scheduler"):
        for path in sorted((ROOT / room).rglob("*.py")):
            tree, where = ast.parse(path.read_text()), path.relative_to(ROOT).as_posix()
            for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
                name = getattr(call.func, "attr", getattr(call.func, "id", None))
                # `row` is the name of too much else.
                name = "outbox.row" if ast.unparse(call.func) == "outbox.row" else name
                if name in OWES and len(call.args) > OWES[name]:
                    yield from _templates(where, tree, call.args[OWES[name]])


def _templates(where, tree, given):
    if isinstance(given, ast.Constant):
        yield where, given.value
        return
    written = ast.unparse(given)
    constants = {**_imported(tree), **_constants(tree)}
    if f"{where} {written}" in GIVEN:
        yield from ((where, one) for one in GIVEN[f"{where} {written}"])
    elif written in constants:
        yield where, constants[written]
    else:
        yield where, f"unknown: {written}"


def _constants(tree):
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }


def _imported(tree):
    """Constants that the file has from our other files."""
    found = {}
    for node in (one for one in tree.body if isinstance(one, ast.ImportFrom) and one.module):
        path = ROOT / f"{node.module.replace('.', '/')}.py"
        if path.is_file():
            there = _constants(ast.parse(path.read_text()))
            found |= {one.name: there[one.name] for one in node.names if one.name in there}
    return found


def test_every_template_that_is_owed_anywhere_has_a_title_and_no_other_has():
    found = {template: where for where, template in owed()}
    assert {one: where for one, where in found.items() if one not in TITLES} == {}
    assert set(TITLES) - set(found) == set()


def test_every_title_belongs_to_a_template():
    assert [one for one in TITLES if not (ROOT / "templates" / f"{one}.j2").is_file()] == []


@pytest.mark.parametrize("template", TITLES)
def test_a_title_names_no_template_and_leaves_no_gap(template):
    for facts in ({}, {"number": "INQ-7", "name": "Dana Whitfield", "recipient": "Lee Okafor"}):
        said = title_of("message", template, facts)
        assert re.fullmatch(r"the [^_{}]+", said), said
        assert "None" not in said


def test_a_title_names_the_inquiry_and_a_survey_names_it_by_its_id():
    assert title_of("overdue", "overdue", {"number": "INQ-7"}) == "the reminder that INQ-7 is overdue"
    assert title_of("survey", "survey_invitation", {"survey": "7.abc"}) == "the survey about INQ-7"
    assert number_of({"number": 12}) is None
    assert title_of("answer", "whatever", {}) == ANSWER


def test_a_word_of_which_nothing_is_known_is_a_message():
    assert title_of("message", "of_a_newer_version", {"number": "INQ-7"}) == "a message"
