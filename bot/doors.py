"""What every door is handed: an ear for asks, a clock, a voice."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from handlers.asking import Ask, Reply

Hear = Callable[[Ask], Awaitable[Reply]]
"""Hears an ask and says the reply. Never raises: a fault is logged and becomes the reply "crash", a database
that cannot store becomes "not_stored", one ask too many "too_many"; the door says them by itself, as nothing
of them is owed.
Afterwards what is owed at once is carried: an ask with `by_message` gets its answer as a message."""

Clock = Callable[[], datetime]
"""The present, aware, in UTC."""

NOT_KEPT = ("crash", "not_stored", "too_many")
"""The replies after which nothing is stored, and so no answer is owed."""
