"""What staff can say about reminders of their own."""

from handlers import preferring, reminding
from handlers.command import Audience, Command

EVERYONE = Audience.EVERYONE

REMINDING: tuple[Command, ...] = (
    Command(
        "inquiry remind",
        reminding.remind,
        EVERYONE,
        "/inquiry remind me of INQ-… WHEN [about WORDS]",
        "/inquiry remind me of INQ-1 Thu 9:00",
        "Be reminded of an inquiry at a time of your own, before it is due.",
        more=("/inquiry remind me of INQ-1 tomorrow about the missing form",),
        also=("reminder", "alert", "notify"),
    ),
    Command(
        "inquiry snooze",
        reminding.snooze,
        EVERYONE,
        "/inquiry snooze INQ-… [WHEN]",
        "/inquiry snooze INQ-1 1 hour",
        "Hear of an inquiry again a little later, but before it is due.",
        more=("/inquiry snooze INQ-1 until 15:00",),
        also=("postpone", "delay"),
    ),
    Command(
        "inquiry quiet",
        preferring.quiet,
        EVERYONE,
        "/inquiry quiet [today or off]",
        "/inquiry quiet today",
        "No early reminders for the rest of the day; what is due now still comes.",
        also=("silence", "mute", "disturb"),
    ),
    Command(
        "inquiry preferences",
        preferring.preferences,
        EVERYONE,
        "/inquiry preferences",
        "/inquiry preferences",
        "How early you are reminded, and whether today is quiet.",
        also=("settings",),
    ),
    Command(
        "inquiry prefer",
        preferring.preferred,
        EVERYONE,
        "/inquiry prefer reminders HOURS before",
        "/inquiry prefer reminders 2 hours before",
        "How many working hours before a deadline you are reminded, from 1 to 24.",
        more=("/inquiry prefer reminders as usual",),
        also=("earlier",),
    ),
)
