"""Every environment variable that Replyby reads, read once and frozen.

A wrong or half-given set is refused with one sentence that names the variable and repeats no secret.
"""

import os
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot import setting_checks as check
from bot.setting_names import names, sentence, stranger
from bot.setting_sets import whole_email, whole_slack, whole_teams

Text = Annotated[str, AfterValidator(check.one_word)]
Secret = Annotated[SecretStr, AfterValidator(check.secret_word)]
Names = Annotated[tuple[str, ...], NoDecode, check.COMMAS]


class SettingsFault(Exception):
    """The settings cannot be used; the sentence names the variable."""


class Settings(BaseSettings):
    """What an installation is told. Made by `read_settings`; reads nothing by itself."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        case_sensitive=True,
        # In code a field may be given by its name; the prefix keeps a variable called `host` out.
        env_prefix="REPLYBY_",
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )

    database_url: Annotated[str, AfterValidator(check.database)] = Field(
        "sqlite:///var/replyby.db",
        validation_alias="REPLYBY_DATABASE_URL",
        description="The database: `sqlite:///FILE`, seen from the working directory (with four slashes "
        "a whole path), or `postgresql://USER:PASSWORD@HOST/NAME`.",
        # It may hold a password.
        repr=False,
        exclude=True,
    )
    host: Text = Field(
        "127.0.0.1",
        validation_alias="REPLYBY_HOST",
        description="The address that `replyby serve` listens on.",
    )
    port: int = Field(
        8000, ge=1, le=65535, validation_alias="REPLYBY_PORT", description="The port that it listens on."
    )
    public_url: Annotated[str, AfterValidator(check.public_address)] = Field(
        default_factory=lambda known: f"http://127.0.0.1:{known['port']}",
        validation_alias="REPLYBY_PUBLIC_URL",
        description="Where customers reach the survey pages, such as `https://replies.example.gov`.",
    )
    zone: Annotated[str, AfterValidator(check.zone)] | None = Field(
        None,
        validation_alias="REPLYBY_ZONE",
        description="The office's zone for `replyby due`, such as `America/Chicago`; else the demo's.",
    )
    secret: Annotated[SecretStr, AfterValidator(check.long_secret)] | None = Field(
        None,
        validation_alias="REPLYBY_SECRET",
        description="32 random characters or more that make survey links; else a key in the database does.",
    )
    log: Annotated[Literal["text", "json"], BeforeValidator(check.log_style)] = Field(
        "text",
        validation_alias="REPLYBY_LOG",
        description="How `replyby serve` writes its log: `text`, or `json` with one object a line.",
    )
    metrics_token: Annotated[SecretStr, AfterValidator(check.long_token)] | None = Field(
        None,
        validation_alias="REPLYBY_METRICS_TOKEN",
        description="32 characters or more that readers of `/metrics` show; else only this machine may read.",
    )
    least_disk_mb: Annotated[int, BeforeValidator(check.megabytes)] = Field(
        200,
        validation_alias="REPLYBY_LEAST_DISK_MB",
        description="With less free megabytes beside an SQLite database, `/ready` says no.",
    )

    slack_bot_token: Annotated[Secret, AfterValidator(check.begins_with("xoxb-"))] | None = Field(
        None, validation_alias="SLACK_BOT_TOKEN", description="The Slack app's bot token (`xoxb-…`)."
    )
    slack_signing_secret: Secret | None = Field(
        None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="Shows that a request over HTTP is Slack's.",
    )
    slack_app_token: Annotated[Secret, AfterValidator(check.begins_with("xapp-"))] | None = Field(
        None,
        validation_alias="SLACK_APP_TOKEN",
        description="The app-level token (`xapp-…`): Socket Mode, which needs no public address.",
    )
    slack_teams: Annotated[Names, AfterValidator(check.workspaces)] = Field(
        (),
        validation_alias="REPLYBY_SLACK_TEAMS",
        description="Ids of the Slack workspaces that may speak, with commas between them.",
    )
    slack_api_url: Annotated[str, AfterValidator(check.folder_address)] = Field(
        "https://slack.com/api/",
        validation_alias="REPLYBY_SLACK_API_URL",
        description="Another server that speaks Slack's web API.",
    )

    microsoft_app_id: Text | None = Field(
        None,
        validation_alias=AliasChoices("MicrosoftAppId", "MICROSOFT_APP_ID"),
        description="The application (client) id of the Teams bot.",
    )
    microsoft_app_password: Secret | None = Field(
        None,
        validation_alias=AliasChoices("MicrosoftAppPassword", "MICROSOFT_APP_PASSWORD"),
        description="Its client secret; a managed identity has none.",
    )
    microsoft_app_tenant_id: Text | None = Field(
        None,
        validation_alias=AliasChoices("MicrosoftAppTenantId", "MICROSOFT_APP_TENANT_ID"),
        description="The id of the tenant that it belongs to.",
    )
    microsoft_app_type: Annotated[Literal["SingleTenant", "UserAssignedMSI"], check.APP_TYPE] = Field(
        "SingleTenant",
        validation_alias=AliasChoices("MicrosoftAppType", "MICROSOFT_APP_TYPE"),
        description="`SingleTenant` or `UserAssignedMSI`.",
    )
    teams_openid_url: Annotated[str, AfterValidator(check.web_address)] = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        validation_alias="REPLYBY_TEAMS_OPENID_URL",
        description="Where the keys of Teams' tokens are found; government clouds have their own.",
    )
    teams_service_hosts: Annotated[Names, AfterValidator(check.hosts)] = Field(
        check.TEAMS_HOSTS,
        validation_alias="REPLYBY_TEAMS_SERVICE_HOSTS",
        description="The hosts that our Teams token may go to, with commas between; `*.` is any below.",
    )

    smtp_url: Annotated[SecretStr, AfterValidator(check.mail_server)] | None = Field(
        None,
        validation_alias="REPLYBY_SMTP_URL",
        description="The mail server: `smtp://USER:PASSWORD@HOST:587?starttls` or `smtps://USER:PASSWORD@HOST`.",
    )
    smtp_from: Annotated[str, AfterValidator(check.sender)] | None = Field(
        None,
        validation_alias="REPLYBY_SMTP_FROM",
        description="Who e-mail comes from, such as `Riverbend County <replies@example.gov>`.",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for whole in (whole_slack, whole_teams, whole_email):
            whole(self)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        *_: object,
        **__: object,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # Nothing but what is handed in: no file, and no environment behind the reader's back.
        return (init_settings,)

    @property
    def has_slack(self) -> bool:
        return self.slack_bot_token is not None

    @property
    def has_teams(self) -> bool:
        return self.microsoft_app_id is not None

    @property
    def has_email(self) -> bool:
        return self.smtp_url is not None


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of an environment, by default the process's own. An empty variable counts as unset.

    Raises SettingsFault.
    """
    given = os.environ if environ is None else environ
    fields = Settings.model_fields
    fault = next(filter(None, (stranger(fields, name) for name in sorted(given))), None)
    if fault is None:
        source = EnvSettingsSource(Settings)
        source.env_vars = {name: value.strip() for name, value in given.items() if value.strip()}
        try:
            return Settings(**source())
        except ValidationError as error:
            fault = sentence(fields, error)
    # Raised out here, so that no value hangs on to it as its context.
    raise SettingsFault(fault)


def settings_page() -> str:
    """docs/settings.md: each variable with its default and its meaning."""
    lines = [
        "# Settings",
        "",
        "Written by `make docs` from the program; do not edit.",
        "",
        "Replyby reads these environment variables once, at its start, and no file. A wrong or half-given",
        "set is refused with a sentence that names the variable. Capitals count; the Microsoft names may",
        "also be written as `MICROSOFT_APP_ID` and so on.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = ", ".join(default) if isinstance(default, tuple) else default
        if name == "public_url":
            shown = "http://127.0.0.1:PORT"
        lines.append(f"| `{names(field)[0]}` | {f'`{shown}`' if shown else ''} | {field.description} |")
    return "\n".join(lines) + "\n"
