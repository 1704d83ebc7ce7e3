"""`python -m bench [B4 …]`: runs the benchmarks that are named, or all, and prints a line for each figure.

A benchmark is a file `bench/b4_deadlines.py` with `PACKAGES`, the peers whose versions are told, and
`figures()`, which yields Figure after Figure. The status is 0 when every goal is met, 1 when one is missed,
2 when nothing could be run.
"""

import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from bench.figure import Figure

HERE = Path(__file__).parent
NAMED = re.compile(r"b(\d+)_\w+")


class Benchmark(Protocol):
    """What a benchmark's file has."""

    PACKAGES: Sequence[str]

    def figures(self) -> Iterable[Figure]: ...


def benchmarks(folder: Path = HERE) -> dict[str, str]:
    """The module of each benchmark by its name (B4), in the order of the numbers."""
    found = [
        (int(match[1]), path.stem) for path in folder.glob("*.py") if (match := NAMED.fullmatch(path.stem))
    ]
    return {f"B{number}": f"bench.{stem}" for number, stem in sorted(found)}


def machine() -> str:
    """What the figures were measured on; the load tells how much of it was ours."""
    info = Path("/proc/cpuinfo")
    models = re.findall(r"(?m)^model name\s*: (.+)$", info.read_text()) if info.exists() else []
    told = [
        f"{os.cpu_count()} cores",
        models[0] if models else platform.machine(),
        platform.platform(terse=True),
    ]
    if hasattr(os, "getloadavg"):
        told.append(f"load {os.getloadavg()[0]:.1f}")
    return ", ".join(told)


def versions(packages: Iterable[str]) -> str:
    """Raises PackageNotFoundError for a package that is not installed."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return ", ".join([python, *(f"{name} {version(name)}" for name in sorted(set(packages)))])


def run(chosen: Mapping[str, Benchmark], say: Callable[[str], object]) -> int:
    """Says the machine and the versions, then each figure as soon as it is known."""
    try:
        known = versions(name for one in chosen.values() for name in one.PACKAGES)
    except PackageNotFoundError as missing:
        say(f"{missing.name} is not installed; `make bench` sees to it.")
        return 2
    say(f"Machine: {machine()}")
    say(f"Versions: {known}")
    missed = False
    for name, one in chosen.items():
        for figure in one.figures():
            say(f"{name} {figure.line()}")
            missed = missed or not figure.met
    return int(missed)


def main(names: Sequence[str], say: Callable[[str], object]) -> int:
    known = benchmarks()
    wanted = [name.upper() for name in names] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        say(f"There is no benchmark {unknown[0]}; there are {', '.join(known)}.")
        return 2
    return run({name: import_module(known[name]) for name in wanted}, say)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], lambda line: print(line, flush=True)))
