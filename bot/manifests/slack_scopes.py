"""What the Slack app may do: the least that it needs. `replyby doctor` compares a token with this."""

BOT_SCOPES: tuple[str, ...] = (
    "app_mentions:read",  # app_mention: to hear its name in a channel that it was added to
    "chat:write",  # chat.postMessage, chat.update: to write to staff, and the number under a logged message
    "commands",  # /inquiry, /away, /desk, and the message shortcut
    "im:history",  # message.im, conversations.history: what is said to it, and what it said already
    "im:write",  # conversations.open: the direct conversation to look in
    "users:read",  # users.info: full member or guest, and the time zone
    "users:read.email",  # users.info: the address by which a member of staff is recognised
)
"""Bot token scopes. Nothing here reads what people write to each other.

Left out on purpose: channels:history and groups:history (every message of a channel, only to look whether a
number stands in its thread already), chat:write.public and channels:join (to write where nobody added it).
"""

APP_SCOPES: tuple[str, ...] = ("connections:write",)
"""Of the app-level token, for Socket Mode."""

BOT_EVENTS: tuple[str, ...] = ("app_home_opened", "app_mention", "message.im")
