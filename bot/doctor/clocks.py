"""The clock of this machine against others': signatures and tokens hold for five minutes."""

from collections.abc import Mapping

from bot.doctor.finding import Finding, fault, ok

ABOUT = "clock"
MOST = 60.0  # seconds


def compared(whose: str, ahead: float) -> Finding:
    """ahead: seconds by which our clock is ahead."""
    if abs(ahead) <= MOST:
        return ok(ABOUT, f"It agrees with that of {whose}, to {max(1, round(abs(ahead)))} s.")
    way = "ahead of" if ahead > 0 else "behind"
    return fault(
        ABOUT,
        f"It is {abs(ahead):.0f} seconds {way} that of {whose}.",
        "Let both machines set theirs (NTP): Slack's and Microsoft's signatures hold for 300 seconds.",
    )


def check(ahead: Mapping[str, float]) -> list[Finding]:
    """By host, as calling.py noted them."""
    return [compared(host, seconds) for host, seconds in sorted(ahead.items())]
