"""What Prometheus may read: counts and times, no names and no words.

Counters and histograms tell of this process alone; gauges come from the database and are the same in every
replica. Kinds, commands, templates and platforms are the only labels.
"""

import hmac
import ipaddress
import logging
import math
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.probe import Probe
from models.store import Store
from models.tally import Tally, tally
from scheduler.watch import Outcome, Watch

log = logging.getLogger(__name__)

FRESH_SECONDS = 10.0  # however often somebody asks, the database is counted no more often than this
LATE = (1, 5, 15, 30, 60, 120, 300, 900, 3600, 4 * 3600, 24 * 3600)
SWEEP = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60)
ASK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)
# Whoever sends one of these came through a proxy, and is not this machine.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


class Metrics(Watch):
    """The numbers of one process."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], running: Callable[[], float] = time.monotonic
    ):
        self.registry = all_of = CollectorRegistry()
        ProcessCollector(registry=all_of)
        PlatformCollector(registry=all_of)
        self._now, self._running = now, running
        self._count = Probe(lambda: tally(store))
        self._counted_at: float | None = None
        self._sweep_began = 0.0

        def counter(name: str, says: str, *labels: str) -> Counter:
            return Counter(f"replyby_{name}", says, labels, registry=all_of)

        def gauge(name: str, says: str, *labels: str) -> Gauge:
            return Gauge(f"replyby_{name}", says, labels, registry=all_of)

        def histogram(name: str, says: str, buckets: Sequence[float], *labels: str) -> Histogram:
            return Histogram(f"replyby_{name}", says, labels, buckets=buckets, registry=all_of)

        self.sent = counter("words_sent", "Words said", "kind", "platform")
        self.retried = counter("words_retried", "Tries that are made again", "kind", "platform", "reason")
        self.undeliverable = counter(
            "words_undeliverable", "Addresses that will never take a word", "kind", "platform"
        )
        self.dead = counter("words_dead", "Words that reached nobody and were given up", "kind")
        self.late = histogram(
            "words_late_seconds", "From when a word was to be said until it was", LATE, "kind"
        )
        self.sweep = histogram("sweep_seconds", "How long a sweep took", SWEEP)
        self.sweep_faults = counter("sweep_faults", "Sweeps that ended with a fault")
        self.asks = counter("asks", "What was asked, and the template of the answer", "command", "outcome")
        self.ask = histogram("ask_seconds", "How long an answer took to be found", ASK)

        self.words = gauge("words", "Words owed, being sent or dead; 10000 is 10000 or more", "state", "kind")
        self.oldest = gauge("words_oldest_owed_seconds", "How long past its time the longest owed word is")
        self.inquiries = gauge("inquiries", "Inquiries", "state")
        self.database = gauge("database_up", "1 when the database could be counted, else 0")

    def sweeping(self) -> None:
        self._sweep_began = self._running()

    def swept(self) -> None:
        self.sweep.observe(self._running() - self._sweep_began)

    def sweep_failed(self) -> None:
        self.sweep_faults.inc()

    def carried(self, outcomes: Sequence[Outcome]) -> None:
        for one in outcomes:
            platform = one.platform or "none"
            if one.word == "sent":
                self.sent.labels(one.kind, platform).inc()
                self.late.labels(one.kind).observe(one.late or 0.0)
            elif one.word in ("not_now", "in_doubt"):
                self.retried.labels(one.kind, platform, one.word).inc()
            elif one.word == "unreachable":
                self.undeliverable.labels(one.kind, platform).inc()
            elif one.word == "dead":
                self.dead.labels(one.kind).inc()

    def asked(self, command: str, outcome: str, seconds: float) -> None:
        """command: as the table has it, or "none". outcome: the template of the reply."""
        self.asks.labels(command, outcome).inc()
        self.ask.observe(seconds)

    async def page(self) -> bytes:
        """Everything, in Prometheus' own text; without what a database would tell that does not answer."""
        if self._counted_at is None or self._running() - self._counted_at >= FRESH_SECONDS:
            try:
                self._tell(await self._count())
                self._counted_at = self._running()
            except Exception:
                log.exception("the database could not be counted", extra={"action": "metrics"})
                self._counted_at = None
                self._forget()
        return generate_latest(self.registry)

    def _tell(self, found: Tally) -> None:
        self._forget()
        self.database.set(1)
        for (state, kind), count in found.words.items():
            self.words.labels(state, kind).set(count)
        for state, count in found.inquiries.items():
            self.inquiries.labels(state).set(count)
        if found.longest_owed is not None:
            self.oldest.set(max(0.0, (self._now() - found.longest_owed).total_seconds()))
        else:
            self.oldest.set(0)

    def _forget(self) -> None:
        self.words.clear()
        self.inquiries.clear()
        self.oldest.set(math.nan)
        self.database.set(0)


class MetricsDoor:
    """Answers whoever holds the token; where there is none, this machine alone. Anybody else gets 404."""

    def __init__(self, metrics: Metrics, token: str | None) -> None:
        self._metrics = metrics
        self._token = token

    async def handle(self, request: Request) -> Response:
        if not self._may_read(request):
            raise HTTPException(404)
        page = await self._metrics.page()
        return Response(page, media_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})

    def _may_read(self, request: Request) -> bool:
        if self._token is not None:
            given = request.headers.get("authorization", "")
            return hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode())
        return _is_here(request)


def _is_here(request: Request) -> bool:
    """Whether the caller is this machine itself, and no proxy on it that speaks for somebody else."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
