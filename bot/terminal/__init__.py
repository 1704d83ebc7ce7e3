"""The third door: a conversation in the terminal or through a pipe, with a clock that can be moved."""

from bot.terminal.conversation import Terminal
from bot.terminal.sender import TerminalSender

__all__ = ["Terminal", "TerminalSender"]
