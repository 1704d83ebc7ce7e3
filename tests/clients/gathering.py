"""A pytest plugin: notes what is said while tests run, so that every template is drawn with real facts.

`pytest -p tests.clients.gathering tests/handlers`, with CLIENTS_GATHER naming a folder: each process leaves
a file of JSON there, with sayings of each template that differ in their shape.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from handlers.asking import Reply
from models import outbox
from scheduler.letter import Letter

FOLDER = "CLIENTS_GATHER"
TESTS = str(Path(__file__).parents[1])
MOST = 200  # shapes a template: what is drawn is chosen among them

_real: set[str] = set()
_noted: dict[str, dict[str, dict[str, Any]]] = {}


def note(template: str, facts: Any, choices: list[dict[str, str]], **more: Any) -> None:
    """Keeps a saying: of each shape the longest, which shows most."""
    saying = {"template": template, "facts": facts, "choices": choices, **more}
    try:
        size = len(json.dumps(saying))
    except TypeError:
        return  # a test hands in what no inbox would keep
    form = more.get("form") or {}
    shape = {
        *_shape(facts),
        f"{min(len(choices), 3)} choices",
        f"in {more['language']}",
        f"zone {bool(more['zone'])}",
        *(f"asks {one['name']}" for one in form.get("fields", ())),
        *(f"wrong {name}" for name in more.get("errors", ())),
    }
    shapes, key = _noted.setdefault(template, {}), "|".join(sorted(shape))
    if size > shapes[key]["size"] if key in shapes else len(shapes) < MOST:
        shapes[key] = {**saying, "shape": sorted(shape), "size": size}


def _shape(value: Any, path: str = "") -> list[str]:
    """What a template may ask about a fact: whether it is there, is true, is one or many."""
    if isinstance(value, dict):
        return [one for key, inner in value.items() for one in _shape(inner, f"{path}.{key}")]
    if isinstance(value, list):
        many = min(len(value), 2)
        return [f"{path}[{many}]", *(one for inner in value[:5] for one in _shape(inner, f"{path}[]"))]
    return [f"{path}:{bool(value)}"]


def _by_a_test() -> bool:
    """Whether a test makes it up by itself: it may lack what a handler always gives."""
    return sys._getframe(2).f_code.co_filename.startswith(TESTS)


def _telling(kind: type, told: Callable[[Any], None]) -> None:
    made = vars(kind)["__init__"]

    def tells(self: Any, *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        if not _by_a_test():
            told(self)

    kind.__init__ = tells  # type: ignore[misc]  # every saying is made here, whoever imported the class


def _reply(reply: Reply) -> None:
    choices = [choice.fact() for choice in reply.choices]
    form = asdict(reply.form) if reply.form is not None else None
    errors = {name: {"template": one.template, "facts": one.facts} for name, one in reply.errors.items()}
    note(
        reply.template, reply.facts, choices,
        language=reply.language, zone=reply.zone, told=False, form=form, errors=errors, again=reply.again,
    )  # fmt: skip


def _letter(letter: Letter) -> None:
    """Also what an edit says before the words that it changes."""
    if letter.edits is None and not set(letter.says) <= _real:
        return
    template = "edited" if letter.edits is not None else letter.template
    choices = [dict(one) for one in letter.choices] if letter.edits is None else []
    note(
        template, letter.facts, choices,
        language=letter.language, zone=letter.zone, told=True, form=None, errors={}, again="",
    )  # fmt: skip


def _owed() -> None:
    """Takes down which words a handler or a sweep owes; what is owed without them, a test has made up."""
    row, put = outbox.row, outbox.put

    def rows(key: str, *given: Any, **more: Any) -> Any:
        if not _by_a_test():
            _real.add(key)
        return row(key, *given, **more)

    def puts(db: Any, key: str, recipient: Any, template: str, facts: Any, **more: Any) -> Any:
        made = put(db, key, recipient, template, facts, **more)
        if _by_a_test():
            _real.discard(key)
            return made
        choices = [dict(one) for one in more.get("choices") or ()]
        # Not every test has it carried.
        note(
            template, facts, choices,
            language="en", zone=None, told=True, form=None, errors={}, again="",
        )  # fmt: skip
        return made

    vars(outbox).update(row=rows, put=puts)


_owed()
_telling(Reply, _reply)
_telling(Letter, _letter)


def pytest_sessionfinish() -> None:
    if _noted:
        path = Path(os.environ[FOLDER]) / f"said-{os.getpid()}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({name: list(shapes.values()) for name, shapes in sorted(_noted.items())}))
