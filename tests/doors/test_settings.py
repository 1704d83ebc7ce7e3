"""The settings: what is taken, what is refused by name, and that no secret is ever repeated."""

import logging
import os
import pickle
import traceback

import pytest
from pydantic import ValidationError

from bot.settings import Settings, SettingsFault, read_settings, settings_page

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_SIGNING_SECRET": "0123abcd"}
TEAMS = {"MicrosoftAppId": "app", "MicrosoftAppPassword": "pass~word", "MicrosoftAppTenantId": "tenant"}
EMAIL = {
    "REPLYBY_PUBLIC_URL": "https://replies.example.gov",
    "REPLYBY_SMTP_URL": "smtp://user:pa%40ss@mail.example:587?starttls",
    "REPLYBY_SMTP_FROM": "Riverbend County <replies@riverbend.example>",
}


def refusal(environ):
    with pytest.raises(SettingsFault) as caught:
        read_settings(environ)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", "?"))
    return sentence


def test_nothing_set_gives_the_defaults():
    settings = read_settings({})
    assert settings.database_url == "sqlite:///var/replyby.db"
    assert (settings.host, settings.port, settings.zone) == ("127.0.0.1", 8000, None)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.slack_teams == ()
    assert "smba.infra.gov.teams.microsoft.us" in settings.teams_service_hosts
    assert (settings.has_slack, settings.has_teams, settings.has_email) == (False, False, False)


def test_a_whole_set_opens_its_door():
    settings = read_settings({**SLACK, **TEAMS, **EMAIL})
    assert settings.has_slack
    assert settings.has_teams
    assert settings.has_email
    assert settings.slack_signing_secret.get_secret_value() == "0123abcd"
    assert settings.microsoft_app_password.get_secret_value() == "pass~word"
    assert settings.microsoft_app_type == "SingleTenant"


def test_the_processs_own_environment_is_read_when_none_is_handed_in(monkeypatch):
    monkeypatch.setenv("REPLYBY_PORT", "9001")
    assert read_settings().port == 9001
    assert read_settings({}).port == 8000
    # The class alone looks nowhere.
    assert Settings().port == 8000


def test_what_an_administrator_watches_is_set_plainly():
    settings = read_settings({})
    assert (settings.log, settings.least_disk_mb, settings.metrics_token) == ("text", 200, None)
    given = {"REPLYBY_LOG": "json", "REPLYBY_LEAST_DISK_MB": "0", "REPLYBY_METRICS_TOKEN": "t" * 32}
    settings = read_settings(given)
    assert (settings.log, settings.least_disk_mb) == ("json", 0)
    assert settings.metrics_token.get_secret_value() == "t" * 32


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("REPLYBY_LOG", "xml", "REPLYBY_LOG must be text or json."),
        ("REPLYBY_LEAST_DISK_MB", "-1", "REPLYBY_LEAST_DISK_MB must be a number of megabytes, such as 200."),
        ("REPLYBY_LEAST_DISK_MB", "1.5", "REPLYBY_LEAST_DISK_MB must be a number of megabytes, such as 200."),
        ("REPLYBY_METRICS_TOKEN", "short", "REPLYBY_METRICS_TOKEN must have at least 32 characters"),
        ("REPLYBY_METRICS_TOKEN", "two words " * 5, "REPLYBY_METRICS_TOKEN must be one word"),
    ],
)
def test_what_it_is_not_set_to_is_said_without_the_value(name, value, sentence):
    said = refusal({name: value})
    assert said.startswith(sentence)
    assert value not in said


@pytest.mark.parametrize("address", ["sqlite://var/replyby.db", "sqlite://srv/x/replyby.db"])
def test_an_address_of_two_slashes_is_refused_with_the_right_form(address):
    said = refusal({"REPLYBY_DATABASE_URL": address})
    assert said.startswith("REPLYBY_DATABASE_URL lacks a slash: write sqlite:///var/replyby.db")


@pytest.mark.parametrize(
    ("name", "value"),
    [("SLACK_BOT_TOKEN", "xoxb-…"), ("SLACK_APP_TOKEN", "xapp-..."), ("MicrosoftAppId", "…")],
)
def test_what_was_copied_from_the_instructions_is_told_as_such(name, value):
    said = refusal({name: value})
    assert said == f"{name} still holds the “…” of the instructions; put the real one there."


def test_no_file_is_read(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("REPLYBY_PORT=9002\n")
    monkeypatch.chdir(tmp_path)
    assert read_settings().port == 8000


def test_the_public_address_follows_the_port_and_loses_its_last_slash():
    assert read_settings({"REPLYBY_PORT": "9000"}).public_url == "http://127.0.0.1:9000"
    given = {"REPLYBY_PUBLIC_URL": "https://replies.example.gov/bot/"}
    assert read_settings(given).public_url == "https://replies.example.gov/bot"


def test_the_slack_address_ends_in_a_slash_as_the_client_wants_it():
    given = {"REPLYBY_SLACK_API_URL": "http://127.0.0.1:4003/api"}
    assert read_settings(given).slack_api_url == "http://127.0.0.1:4003/api/"


def test_lists_are_read_with_commas_and_without_repeats():
    settings = read_settings(
        {
            "REPLYBY_SLACK_TEAMS": "T0AB, T0CD ,,T0AB",
            "REPLYBY_TEAMS_SERVICE_HOSTS": "SMBA.example.com,*.x.example",
        }
    )
    assert settings.slack_teams == ("T0AB", "T0CD")
    assert settings.teams_service_hosts == ("smba.example.com", "*.x.example")


def test_an_empty_variable_counts_as_unset_and_white_space_around_a_value_is_dropped():
    assert not read_settings({"SLACK_BOT_TOKEN": "", "SLACK_SIGNING_SECRET": "  "}).has_slack
    given = {**SLACK, "SLACK_BOT_TOKEN": " xoxb-1-a\n"}
    assert read_settings(given).slack_bot_token.get_secret_value() == "xoxb-1-a"


def test_the_microsoft_names_may_be_written_in_capitals():
    capitals = {
        "MICROSOFT_APP_ID": "app",
        "MICROSOFT_APP_PASSWORD": "word",
        "MICROSOFT_APP_TENANT_ID": "tenant",
        "MICROSOFT_APP_TYPE": "singletenant",
    }
    settings = read_settings(capitals)
    assert (settings.microsoft_app_id, settings.microsoft_app_tenant_id) == ("app", "tenant")
    assert settings.microsoft_app_type == "SingleTenant"


def test_a_managed_identity_has_no_password():
    given = {
        "MicrosoftAppId": "app",
        "MicrosoftAppTenantId": "tenant",
        "MicrosoftAppType": "UserAssignedMSI",
    }
    assert read_settings(given).has_teams
    assert refusal({**given, "MicrosoftAppPassword": "word"}).startswith("MicrosoftAppPassword ")


def test_socket_mode_needs_no_signing_secret():
    assert read_settings({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}).has_slack


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "abc"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({**SLACK, "SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN"),
        ({**SLACK, "SLACK_BOT_TOKEN": "xoxb-"}, "SLACK_BOT_TOKEN"),
        ({**SLACK, "SLACK_BOT_TOKEN": "xoxb-1 2"}, "SLACK_BOT_TOKEN"),
        ({**SLACK, "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({**SLACK, "REPLYBY_SLACK_TEAMS": "riverbend"}, "REPLYBY_SLACK_TEAMS"),
        ({"MicrosoftAppId": "app"}, "MicrosoftAppTenantId"),
        ({"MicrosoftAppId": "app", "MicrosoftAppTenantId": "t"}, "MicrosoftAppPassword"),
        ({"MicrosoftAppPassword": "word"}, "MicrosoftAppId"),
        ({"MicrosoftAppTenantId": "t"}, "MicrosoftAppId"),
        ({"MicrosoftAppType": "SingleTenant"}, "MicrosoftAppId"),
        ({**TEAMS, "MicrosoftAppType": "MultiTenant"}, "MicrosoftAppType"),
        ({**TEAMS, "MicrosoftAppType": "Tenant"}, "MicrosoftAppType"),
        ({"REPLYBY_PUBLIC_URL": "replies.example.gov"}, "REPLYBY_PUBLIC_URL"),
        ({"REPLYBY_PUBLIC_URL": "ftp://replies.example.gov"}, "REPLYBY_PUBLIC_URL"),
        ({"REPLYBY_PUBLIC_URL": "https://"}, "REPLYBY_PUBLIC_URL"),
        ({"REPLYBY_PUBLIC_URL": "https://[::1"}, "REPLYBY_PUBLIC_URL"),
        ({"REPLYBY_PUBLIC_URL": "https://a.example/?x=1"}, "REPLYBY_PUBLIC_URL"),
        ({"REPLYBY_PUBLIC_URL": "https://a.example:port"}, "REPLYBY_PUBLIC_URL"),
        ({"REPLYBY_SLACK_API_URL": "slack"}, "REPLYBY_SLACK_API_URL"),
        ({"REPLYBY_TEAMS_OPENID_URL": "file:///keys"}, "REPLYBY_TEAMS_OPENID_URL"),
        ({"REPLYBY_TEAMS_SERVICE_HOSTS": "https://smba.example.com"}, "REPLYBY_TEAMS_SERVICE_HOSTS"),
        ({"REPLYBY_TEAMS_SERVICE_HOSTS": "*"}, "REPLYBY_TEAMS_SERVICE_HOSTS"),
        ({"REPLYBY_TEAMS_SERVICE_HOSTS": ","}, "REPLYBY_TEAMS_SERVICE_HOSTS"),
        ({"REPLYBY_PORT": "0"}, "REPLYBY_PORT"),
        ({"REPLYBY_PORT": "65536"}, "REPLYBY_PORT"),
        ({"REPLYBY_PORT": "eight"}, "REPLYBY_PORT"),
        ({"REPLYBY_HOST": "two words"}, "REPLYBY_HOST"),
        ({"REPLYBY_ZONE": "../etc/passwd"}, "REPLYBY_ZONE"),
        ({"REPLYBY_ZONE": "America"}, "REPLYBY_ZONE"),
        ({"REPLYBY_SECRET": "x" * 31}, "REPLYBY_SECRET"),
        ({"REPLYBY_DATABASE_URL": "mysql://a:b@c/d"}, "REPLYBY_DATABASE_URL"),
        ({"REPLYBY_DATABASE_URL": "replyby.db"}, "REPLYBY_DATABASE_URL"),
        ({"REPLYBY_SMTP_URL": "smtp://mail.example"}, "REPLYBY_SMTP_FROM"),
        ({"REPLYBY_SMTP_FROM": "a@b.example"}, "REPLYBY_SMTP_URL"),
        (
            {"REPLYBY_SMTP_URL": "smtp://mail.example", "REPLYBY_SMTP_FROM": "a@b.example"},
            "REPLYBY_PUBLIC_URL",
        ),
        ({**EMAIL, "REPLYBY_SMTP_FROM": "a@b.example, c@d.example"}, "REPLYBY_SMTP_FROM"),
        ({**EMAIL, "REPLYBY_SMTP_FROM": "County"}, "REPLYBY_SMTP_FROM"),
        ({**EMAIL, "REPLYBY_SMTP_FROM": "A <a@b.example>\r\nBcc: c@d.example"}, "REPLYBY_SMTP_FROM"),
        ({**EMAIL, "REPLYBY_SMTP_URL": "https://mail.example"}, "REPLYBY_SMTP_URL"),
        ({**EMAIL, "REPLYBY_SMTP_URL": "smtp://"}, "REPLYBY_SMTP_URL"),
        ({**EMAIL, "REPLYBY_SMTP_URL": "smtp://user@mail.example?starttls"}, "REPLYBY_SMTP_URL"),
        ({**EMAIL, "REPLYBY_SMTP_URL": "smtp://user:word@mail.example"}, "REPLYBY_SMTP_URL"),
        ({**EMAIL, "REPLYBY_SMTP_URL": "smtp://mail.example?tls"}, "REPLYBY_SMTP_URL"),
        ({**EMAIL, "REPLYBY_SMTP_URL": "smtps://mail.example?starttls"}, "REPLYBY_SMTP_URL"),
    ],
)
def test_a_wrong_or_half_given_set_is_refused_by_name(environ, named):
    assert named in refusal(environ)


def test_a_multi_tenant_bot_is_refused_with_the_reason():
    assert "one tenant" in refusal({**TEAMS, "MicrosoftAppType": "MultiTenant"})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("REPLYBY_PROT", "REPLYBY_PORT"),
        ("REPLYBY_DATABASE", "REPLYBY_DATABASE_URL"),
        ("REPLYBY_port", "REPLYBY_PORT"),
        ("replyby_zone", "REPLYBY_ZONE"),
        ("REPLYBY_SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("MicrosoftAppID", "MicrosoftAppId"),
        ("MICROSOFTAPPTENANTID", "MicrosoftAppTenantId"),
        ("slack_bot_token", "SLACK_BOT_TOKEN"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(typed, meant):
    assert refusal({typed: "do-not-tell"}) == f"{typed} is not a setting of Replyby. Did you mean {meant}?"


def test_a_zone_that_is_nearly_right_is_put_right():
    assert "America/Chicago" in refusal({"REPLYBY_ZONE": "America/Chicgo"})


def test_the_variables_of_others_are_nobodys_business():
    others = {"PATH": "/bin", "host": "evil", "port": "1", "SLACK_CHANNEL": "c", "MicrosoftAppInsights": "x"}
    assert read_settings(others) == read_settings({})


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError):
        read_settings({}).port = 1


SECRET = "hunter2hunter2hunter2hunter2hunter2"
GOOD = {
    "SLACK_BOT_TOKEN": f"xoxb-{SECRET}",
    "SLACK_SIGNING_SECRET": SECRET,
    "SLACK_APP_TOKEN": f"xapp-{SECRET}",
    "MicrosoftAppPassword": SECRET,
    "REPLYBY_SECRET": SECRET,
    "REPLYBY_SMTP_URL": f"smtp://user:{SECRET}@mail.example?starttls",
    "REPLYBY_DATABASE_URL": f"postgresql://replyby:{SECRET}@db.example/replyby",
}
BAD = {
    "SLACK_BOT_TOKEN": [SECRET, f"xoxb-{SECRET} x"],
    "SLACK_SIGNING_SECRET": [f"{SECRET} x", f"{SECRET}\x00"],
    "SLACK_APP_TOKEN": [SECRET],
    "MicrosoftAppPassword": [f"{SECRET}\n{SECRET}"],
    "REPLYBY_SECRET": [SECRET[:30]],
    "REPLYBY_SMTP_URL": [
        f"smtp://user:{SECRET}/x@mail.example",
        f"smtp://user:{SECRET}@mail.example",
        f"smtp://[{SECRET}",
        f"smtp://mail.example:{SECRET}",
        f"smtp://mail.example?{SECRET}",
        f"{SECRET}://mail.example",
    ],
    "REPLYBY_DATABASE_URL": [f"mysql://u:{SECRET}@h/d", f"postgresql://u:{SECRET}@h:{SECRET}/d", SECRET],
    "REPLYBY_PUBLIC_URL": [f"https://user:{SECRET}@a.example", f"https://a.example:{SECRET}"],
}


@pytest.mark.parametrize("name", GOOD)
def test_a_secret_that_is_taken_is_not_shown(name):
    settings = read_settings({**TEAMS, **SLACK, **EMAIL, name: GOOD[name]})
    assert SECRET in str(pickle.dumps(settings)), "it is there"
    shown = (
        repr(settings),
        str(settings),
        f"{settings}",
        settings.model_dump_json(),
        repr(settings.model_dump()),
    )
    assert [text for text in shown if SECRET in text] == []


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_a_secret_that_is_refused_is_not_repeated(name, value, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SettingsFault) as caught:
        read_settings({**TEAMS, **SLACK, **EMAIL, name: value})
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.args)
    assert name in str(caught.value)
    assert caught.value.__context__ is None, "the library's own error holds the value"
    for part in (value, SECRET, SECRET[:30]):
        assert part not in told
        assert part not in caplog.text + "".join(capsys.readouterr())


def test_a_secret_given_in_code_is_not_repeated_either():
    with pytest.raises(ValidationError) as caught:
        Settings(secret=SECRET[:30])
    assert SECRET[:30] not in str(caught.value)


def test_the_page_lists_every_variable_with_its_default_and_no_value_of_this_machine(monkeypatch):
    monkeypatch.setitem(os.environ, "REPLYBY_ZONE", "Pacific/Chatham")
    page = settings_page()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) == len(Settings.model_fields)
    assert all(len(row.split(" | ")) == 3 and not row.endswith("|  |") for row in rows)
    assert "| `REPLYBY_PORT` | `8000` |" in page
    assert "| `MicrosoftAppId` |" in page
    assert "Chatham" not in page
