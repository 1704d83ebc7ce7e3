"""What every door offers beside the commands themselves: the home, and forms."""

from handlers import forming, home
from handlers.command import Audience, Command
from handlers.form import NAMES

EVERYONE = Audience.EVERYONE

DOORS: tuple[Command, ...] = (
    Command(
        "inquiry home",
        home.home,
        EVERYONE,
        "/inquiry home [PAGE]",
        "/inquiry home",
        "Your day: overdue, due today, waiting, absences, and your team’s.",
        also=("start", "dashboard", "hello"),
    ),
    Command(
        "inquiry form",
        forming.form,
        EVERYONE,
        f"/inquiry form {', '.join(NAMES[:-1])} or {NAMES[-1]} [INQ-…]",
        "/inquiry form ack INQ-1",
        "Fill in a form instead of writing a command.",
        more=("/inquiry form log", "/inquiry form away"),
        also=("fill", "dialog", "fields"),
    ),
)
