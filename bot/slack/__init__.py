"""The Slack door; the only folder that imports Bolt."""

from bot.slack.door import SlackDoor

__all__ = ["SlackDoor"]
