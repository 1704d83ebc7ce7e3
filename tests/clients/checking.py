"""Whether the platforms would take what we show: Microsoft's schema for cards, Slack's models and types."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema.validators import validator_for  # type: ignore[import-untyped]  # it ships no types
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.clients.sayings import Shown
from tests.clients.tools import Tools

CARD_BYTES = 28_000
TYPES = {"message": "KnownBlock[]", "modal": "ModalView", "home": "HomeView"}
CONFIG = {
    "compilerOptions": {
        "strict": True, "noEmit": True, "skipLibCheck": True, "module": "node16",
        "moduleResolution": "node16", "target": "es2022", "types": [], "exactOptionalPropertyTypes": True,
    },
    "files": ["shown.ts"],
}  # fmt: skip


def cards(items: Iterable[Shown]) -> list[str]:
    """What is wrong with cards and dialogs, by the Adaptive Card schema 1.5."""
    schema = json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text())
    validator = validator_for(schema)(schema)
    wrong = []
    for one in items:
        card = {name: value for name, value in one.content.items() if name != "msteams"}
        for error in validator.iter_errors(card):
            deepest = min(error.context or [error], key=lambda each: len(each.message))
            wrong.append(f"{one.name}: {list(error.absolute_path)}: {deepest.message[:300]}")
        if (size := len(json.dumps(one.content).encode())) > CARD_BYTES:
            wrong.append(f"{one.name}: {size} bytes")
    return wrong


def blocks(items: Iterable[Shown]) -> list[str]:
    """What is wrong with messages and views, by slack_sdk's models: they know the limits."""
    wrong = []
    for one in items:
        listed = one.content if one.kind == "message" else one.content["blocks"]
        try:
            if one.kind != "message":
                View(**one.content).validate_json()
            for block in listed:
                parsed = Block.parse(block)
                if parsed is None or type(parsed) is Block:
                    raise ValueError(f"slack_sdk knows no {block.get('type')}")
                parsed.validate_json()
                if lost := _lost(block, parsed.to_dict()):
                    raise ValueError(f"slack_sdk leaves out {lost}")
            if len(listed) > (50 if one.kind == "message" else 100):
                raise ValueError(f"{len(listed)} blocks")
        except Exception as error:  # noqa: BLE001  # whatever the models raise is a fault of ours
            wrong.append(f"{one.name}: {type(error).__name__}: {str(error)[:300]}")
    return wrong


def _lost(given: Any, kept: Any, path: str = "") -> list[str]:
    """Where the model, which takes what Slack takes, dropped something."""
    if isinstance(given, Mapping):
        if not isinstance(kept, Mapping):
            return [path]
        return [
            lost for name, value in given.items() for lost in _lost(value, kept.get(name), f"{path}.{name}")
        ]
    if isinstance(given, list):
        if not isinstance(kept, list) or len(kept) != len(given):
            return [path]
        return [lost for one, other in zip(given, kept, strict=True) for lost in _lost(one, other, path)]
    return [] if given == kept or (given is False and kept is None) else [path]


async def types(tools: Tools, folder: Path, items: list[Shown]) -> list[str]:
    """What is wrong with messages and views, by `tsc --strict` and Slack's own types: one run for all."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tsconfig.json").write_text(json.dumps(CONFIG))
    lines = ['import type { HomeView, KnownBlock, ModalView } from "@slack/types";']
    for number, one in enumerate(items):
        # A line each, so that an error's line names the saying.
        lines.append(f"export const m{number}: {TYPES[one.kind]} = {json.dumps(one.content)};")
    (folder / "shown.ts").write_text("\n".join(lines) + "\n")
    command = [
        str(tools.node),
        str(tools.modules / "typescript" / "bin" / "tsc"),
        "-p",
        ".",
        "--pretty",
        "false",
    ]
    compiler = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT, env=tools.environ(),
    )  # fmt: skip
    words, _ = await compiler.communicate()
    wrong = []
    for line in words.decode().splitlines():
        if line.startswith("shown.ts("):
            number = int(line.removeprefix("shown.ts(").split(",")[0]) - 2
            wrong.append(f"{items[number].name}: {line.partition(': ')[2][:300]}")
    if compiler.returncode and not wrong:
        wrong.append(f"tsc: {words.decode()[:1000]}")
    return wrong


async def broken(tools: Tools, folder: Path, in_slack: list[Shown], in_teams: list[Shown]) -> list[str]:
    """Which checks see no fault in messages and cards that are spoilt on purpose."""
    message = next(one for one in in_slack if one.kind == "message" and one.content[0]["type"] == "header")
    header = {**message.content[0], "text": {"type": "plain_text", "text": "x" * 151}}
    too_long = replace(message, content=[header, *message.content[1:]])
    misnamed = replace(message, content=[{**message.content[0], "texts": 1}, *message.content[1:]])
    card = replace(in_teams[0], content={**in_teams[0].content, "body": [{"type": "TextBlok", "text": "x"}]})
    seen = {
        "cards": cards([card]),
        "blocks": blocks([too_long]),
        "unknown names in blocks": blocks([misnamed]),
        "types": await types(tools, folder / "broken", [misnamed]),
    }
    return [
        f"The check of {name} sees no fault where there is one." for name, wrong in seen.items() if not wrong
    ]
