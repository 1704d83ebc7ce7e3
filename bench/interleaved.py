"""Two pieces of work timed in turns, A B A B.

A shared machine is slower in one minute than in the next; in turns, both sides meet the same minutes.
"""

import gc
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

TURNS = 15
LEAST_SECONDS = 0.02
Run = Callable[[], object]
Clock = Callable[[], float]


def _nothing() -> None:
    """What most work needs before it is done again."""


@dataclass(frozen=True)
class Turns:
    """Median seconds of one run of each side; `ratio`: the median, by turn, of theirs over ours."""

    ours: float
    theirs: float
    ratio: float


def in_turns(
    ours: Run,
    theirs: Run,
    turns: int = TURNS,
    least_seconds: float = LEAST_SECONDS,
    clock: Clock = time.perf_counter,
    before: tuple[Run, Run] = (_nothing, _nothing),
) -> Turns:
    """Runs ours and theirs by turns; each stretch is repeated until it lasts at least so many seconds.

    Both are run twice beforehand, so that nothing is timed that is done only once (a table compiled).
    `before` makes the work of each side undone again; it comes before every stretch and is not timed, so a
    stretch should then be one run (`least_seconds=0`).
    """
    sides = list(zip((ours, theirs), before, strict=True))
    often = [_how_often(run, least_seconds, clock, undo) for run, undo in sides]
    pairs = [
        [_timed(run, times, clock, undo) for (run, undo), times in zip(sides, often, strict=True)]
        for _ in range(turns)
    ]
    return Turns(
        ours=median(one for one, _ in pairs),
        theirs=median(other for _, other in pairs),
        ratio=median(other / one for one, other in pairs),
    )


def alone(
    run: Run, turns: int = TURNS, least_seconds: float = LEAST_SECONDS, clock: Clock = time.perf_counter
) -> float:
    """Median seconds of one run, where there is nothing to compare with."""
    often = _how_often(run, least_seconds, clock)
    return median(_timed(run, often, clock) for _ in range(turns))


def _how_often(run: Run, least_seconds: float, clock: Clock, before: Run = _nothing) -> int:
    before()
    run()
    once = _timed(run, 1, clock, before)
    return max(1, math.ceil(least_seconds / once)) if once else 1


def _timed(run: Run, often: int, clock: Clock, before: Run = _nothing) -> float:
    """Seconds of one run, with the garbage collector at rest as timeit has it."""
    before()
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        begun = clock()
        for _ in range(often):
            run()
        return (clock() - begun) / often
    finally:
        if collecting:
            gc.enable()
