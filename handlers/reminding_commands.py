"""What staff can say about reminders of their own."""

from handlers import digesting, preferring, reminding
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
        "inquiry digest",
        digesting.digest,
        EVERYONE,
        "/inquiry digest",
        "/inquiry digest",
        "What your morning’s message says: overdue, due today, due next, and your team’s.",
        also=("morning", "summary", "overview"),
    ),
    Command(
        "inquiry quiet",
        preferring.quiet,
        EVERYONE,
        "/inquiry quiet [today, tomorrow or off]",
        "/inquiry quiet today",
        "No early reminders today, or tomorrow; what is due now still comes.",
        also=("silence", "mute", "disturb"),
    ),
    Command(
        "inquiry preferences",
        preferring.preferences,
        EVERYONE,
        "/inquiry preferences",
        "/inquiry preferences",
        "How early you are reminded, when your morning’s digest comes, and your language.",
        also=("settings",),
    ),
    Command(
        "inquiry prefer",
        preferring.preferred,
        EVERYONE,
        "/inquiry prefer [reminders HOURS before, digest TIME or off, language NAME]",
        "/inquiry prefer reminders 2 hours before",
        "Choose how early you are reminded, when your digest comes, and your language.",
        more=(
            "/inquiry prefer digest 8:30",
            "/inquiry prefer digest off",
            "/inquiry prefer language Spanish",
            "/inquiry prefer reminders as usual",
        ),
        also=("earlier", "language"),
    ),
)
