"""Which settings need each other.

Each check raises ValueError with a whole sentence that names the variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings


def whole_slack(given: Settings) -> None:
    if given.slack_bot_token is None:
        for name, value in (
            ("SLACK_SIGNING_SECRET", given.slack_signing_secret),
            ("SLACK_APP_TOKEN", given.slack_app_token),
        ):
            if value is not None:
                raise ValueError(f"{name} is set but SLACK_BOT_TOKEN is not; Slack needs both.")
    elif given.slack_signing_secret is None and given.slack_app_token is None:
        raise ValueError(
            "SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (Slack calls us over HTTP) nor "
            "SLACK_APP_TOKEN (Socket Mode); Slack needs one of them."
        )


def whole_teams(given: Settings) -> None:
    if given.microsoft_app_id is None:
        for field, name in (
            ("microsoft_app_password", "MicrosoftAppPassword"),
            ("microsoft_app_tenant_id", "MicrosoftAppTenantId"),
            ("microsoft_app_type", "MicrosoftAppType"),
        ):
            if field in given.model_fields_set:
                raise ValueError(f"{name} is set but MicrosoftAppId is not; Teams needs both.")
        return
    if given.microsoft_app_tenant_id is None:
        raise ValueError("MicrosoftAppId is set but MicrosoftAppTenantId is not; Teams needs both.")
    if given.microsoft_app_type == "SingleTenant" and given.microsoft_app_password is None:
        raise ValueError(
            "MicrosoftAppId is set but MicrosoftAppPassword is not; a SingleTenant bot needs both."
        )
    if given.microsoft_app_type == "UserAssignedMSI" and given.microsoft_app_password is not None:
        raise ValueError(
            "MicrosoftAppPassword is set, but a UserAssignedMSI bot has none; remove one of the two."
        )


def whole_email(given: Settings) -> None:
    if given.smtp_url is not None and given.smtp_from is None:
        raise ValueError("REPLYBY_SMTP_URL is set but REPLYBY_SMTP_FROM is not; e-mail needs both.")
    if given.smtp_from is not None and given.smtp_url is None:
        raise ValueError("REPLYBY_SMTP_FROM is set but REPLYBY_SMTP_URL is not; e-mail needs both.")
    if given.smtp_url is not None and "public_url" not in given.model_fields_set:
        raise ValueError(
            "REPLYBY_SMTP_URL is set but REPLYBY_PUBLIC_URL is not; the survey links in e-mail need both."
        )
