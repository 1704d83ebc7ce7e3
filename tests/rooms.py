"""The rules of the house as checkers: each takes source text and gives what is wrong with it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import jinja2
from jinja2 import meta

MAY_IMPORT = {
    "models": {"models"},
    "handlers": {"handlers", "models"},
    "scheduler": {"scheduler", "models"},
    "bot": {"bot", "handlers", "models", "scheduler"},
}
# Who speaks to the network or to a person; the inner rooms know none of them.
OUTSIDE = {
    "aiohttp",
    "aiosmtplib",
    "httpx",
    "requests",
    "slack_sdk",
    "socket",
    "starlette",
    "typer",
    "uvicorn",
}
ONLY_AT = {"botbuilder": "bot/teams", "botframework": "bot/teams", "slack_bolt": "bot/slack"}
CLOCK = {
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    *(
        f"time.{name}"
        for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "clock_gettime", "clock_gettime_ns")
    ),
}
# In pieces, because this file is read by its own rule.
REGISTRIES = re.compile(
    "|".join(
        (
            r"pypi\.(?:org|python)",
            r"python" + r"hosted\.org",
            r"registry\.npm" + r"js",
            r"npm" + r"js\.(?:org|com)",
        )
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.~/-])/(?:" + r"work|root|home/\w+|Users/\w+" + r")(?=/[\w.])")


def imports(source: str) -> Iterator[tuple[int, str]]:
    """Each import of a module of another package, with its line; also by import_module("…")."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = node.args[0]
            if called in ("import_module", "__import__") and isinstance(named, ast.Constant):
                yield node.lineno, str(named.value)


def wrong_imports(path: str, source: str) -> list[str]:
    """What a file imports that its room may not, as `path:line module`."""
    room = path.split("/")[0]
    wrong = []
    for line, module in imports(source):
        top = module.split(".")[0]
        ours = top in MAY_IMPORT or top == "templates"
        misplaced = top in ONLY_AT and not path.startswith((f"{ONLY_AT[top]}.py", f"{ONLY_AT[top]}/"))
        if (ours and top not in MAY_IMPORT[room]) or misplaced or (top in OUTSIDE and room != "bot"):
            wrong.append(f"{path}:{line} {module}")
    return wrong


def clock_reads(source: str) -> list[int]:
    """The lines that read the clock, or hand on a function that does, under whatever name it was imported."""
    tree = ast.parse(source)
    known: dict[str, str] = {}

    def meaning(node: ast.AST | None) -> str:
        if isinstance(node, ast.Name):
            return known.get(node.id, "")
        if isinstance(node, ast.Attribute):
            whole = meaning(node.value)
            return f"{whole}.{node.attr}" if whole else ""
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr" and len(node.args) > 1:
            name = node.args[1]
            return f"{meaning(node.args[0])}.{name.value!s}" if isinstance(name, ast.Constant) else ""
        return ""

    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {name.asname or name.name.split(".")[0]: name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and meaning(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            known |= {one.id: meaning(node.value) for one in targets if isinstance(one, ast.Name)}
    reads = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.expr) and meaning(node) in CLOCK}
    stars = {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module in ("time", "datetime")
        and node.names[0].name == "*"
    }
    return sorted(reads | stars)


def wrong_words(path: str, text: str) -> list[str]:
    """The lines that name a package registry or a folder of somebody's machine, as `path:line words`."""
    return [
        f"{path}:{number} {found.group()}"
        for number, line in enumerate(text.splitlines(), 1)
        for rule in (REGISTRIES, MACHINE_PATHS)
        for found in rule.finditer(line)
    ]


def wrong_templates(sources: Mapping[str, str]) -> list[str]:
    """The templates that lean on anything but a template of the same folder, as `name needs`."""
    read = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    needs = (
        (name, need)
        for name, text in sources.items()
        for need in meta.find_referenced_templates(read.parse(text))
    )
    return [f"{name} {need}" for name, need in needs if need not in sources]


def helper_drawers(paths: Iterable[str]) -> list[str]:
    """The files and folders called utils."""
    return [path for path in paths if "utils" in (Path(part).stem for part in Path(path).parts)]
