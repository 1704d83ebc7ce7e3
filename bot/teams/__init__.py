"""The Teams door. Only this folder imports botbuilder."""

from bot.teams.door import TeamsDoor

__all__ = ["TeamsDoor"]
