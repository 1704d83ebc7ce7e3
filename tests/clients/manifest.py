"""The Teams app's package, as the command writes it, against Microsoft's own schema of its version."""

import asyncio
import json
import os
import re
import sys
import zipfile
from pathlib import Path

from jsonschema.validators import validator_for  # type: ignore[import-untyped]  # it ships no types

from tests.clients.playground import SETTINGS
from tests.clients.tools import ROOT, Tools

_ICONS = {"color": (192, 192), "outline": (32, 32)}
_PNG = b"\x89PNG\r\n\x1a\n"


async def teams_package(tools: Tools, folder: Path) -> list[str]:
    """What is wrong with the zip that `replyby manifest teams` writes."""
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / "teams.zip"
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("REPLYBY_")},
        **SETTINGS, "REPLYBY_PUBLIC_URL": "https://replies.example.gov", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "bot", "manifest", "teams", str(package)]
    written = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environ, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    words, _ = await written.communicate()
    if written.returncode:
        return [f"replyby manifest teams: {words.decode()[:500]}"]
    with zipfile.ZipFile(package) as held:
        files = {name: held.read(name) for name in held.namelist()}
    manifest = json.loads(files["manifest.json"])
    found = re.search(r"/teams/(v[\d.]+)/", manifest["$schema"])
    schemas = tools.modules / "@microsoft" / "app-manifest" / "build" / "json-schemas" / "teams"
    if found is None or not (schemas / found[1]).is_dir():
        return [f"the package has no schema {manifest['$schema']}"]
    schema = json.loads((schemas / found[1] / "MicrosoftTeams.schema.json").read_text())
    validator = validator_for(schema)(schema)
    wrong = [
        f"manifest.json: {list(one.absolute_path)}: {one.message[:300]}"
        for one in validator.iter_errors(manifest)
    ]
    for name, size in _ICONS.items():
        picture = files.get(manifest["icons"][name], b"")
        measured = tuple(int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
        if not picture.startswith(_PNG) or measured != size:
            wrong.append(f"the icon {name} is no picture of {size}, but {measured}")
    return wrong
