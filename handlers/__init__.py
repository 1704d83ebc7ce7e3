"""What people may ask for. Knows no platform."""

from handlers.answering import answer

__all__ = ["answer"]
