"""Who watches the rounds: told what each did, in words that name nobody. By itself a watch does nothing."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What carrying did with one row.

    `word`: sent, not_now, in_doubt, unreachable (one address), waits, put_right, dead. `late`: seconds from
    when it was to be said until it was; only of what was sent.
    """

    kind: str
    word: str
    platform: str | None = None
    late: float | None = None


class Watch:
    """Called from the rounds; must be quick and must not raise."""

    def sweeping(self) -> None:
        """A sweep begins."""

    def swept(self) -> None:
        """It came to its end."""

    def sweep_failed(self) -> None:
        """It, or a part of it, ended with a fault."""

    def carried(self, outcomes: Sequence[Outcome]) -> None:
        """A carrying came to its end."""


NOBODY = Watch()
