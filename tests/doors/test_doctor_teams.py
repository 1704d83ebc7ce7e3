"""What the doctor says of Teams: one test a fault."""

import asyncio
import threading

import jwt
import pytest

from bot.doctor import teams
from tests.doors.doctor_office import calling, fine, given, serving, worst
from tests.doors.fake_teams import APP, TENANT, private_key

SECRET = "made-up~secret.value"


class Login:
    """Microsoft's login: gives a token, or raises."""

    def __init__(self, error=None):
        self.error = error

    def get_access_token(self):
        if self.error is not None:
            raise self.error
        return "our-own-token"


def key(**changes):
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(private_key("one").public_key(), as_dict=True)
    return {**jwk, "kid": "one", "use": "sig", "endorsements": ["msteams"], **changes}


@pytest.fixture
async def server():
    async with serving() as running:
        running.says("/openid", {"jwks_uri": f"{running.url}/keys"})
        running.says("/keys", {"keys": [key(), key(kid="two", endorsements=["webchat"])]})
        yield running


async def examined(server, login=None, *, offline=False, **environ):
    settings = given(
        **{
            "MicrosoftAppId": APP,
            "MicrosoftAppPassword": SECRET,
            "MicrosoftAppTenantId": TENANT,
            "REPLYBY_TEAMS_OPENID_URL": f"{server.url}/openid",
            **environ,
        }
    )
    async with calling() as caller:
        found = await teams.check(settings, None if offline else caller, login or Login())
    said = " ".join(f"{one.says} {one.do}" for one in found)
    assert not any(one in said for one in (SECRET, "our-own-token", APP, TENANT))
    return found


async def test_a_teams_that_is_well_is_in_order(server):
    found = await examined(server)
    assert worst(found) == []
    host = server.url.removeprefix("http://")
    assert fine(found) == [
        "Microsoft gives the app a token.",
        f"{host} has 1 keys that may vouch for Teams.",
    ]


@pytest.mark.parametrize("name", ["MicrosoftAppId", "MicrosoftAppTenantId"])
async def test_an_id_that_is_no_guid_is_a_fault_and_nobody_is_asked_with_it(server, name):
    login = Login(AssertionError("was asked"))
    (fault,) = worst(await examined(server, login, **{name: "riverbend.onmicrosoft.com"}))
    assert fault.startswith(f"FAULT teams: {name} is no GUID")


async def test_the_id_of_a_secret_in_its_place_is_a_fault(server):
    (fault,) = worst(await examined(server, MicrosoftAppPassword="0f0f0f0f-2222-3333-4444-555555555555"))
    assert "that is the id of a secret, and not the secret" in fault


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            PermissionError(f"AADSTS7000215: Invalid client secret {SECRET}"),
            "MicrosoftAppPassword is not the secret",
        ),
        (PermissionError(f"AADSTS7000222: keys of '{APP}' are expired"), "the client secret has expired"),
        (PermissionError("AADSTS700016: not found"), "there is no such app in the tenant"),
        (ValueError("AADSTS90002: Tenant not found"), "there is no such tenant"),
        (PermissionError("AADSTS99999: news"), "no token (AADSTS99999). Compare MicrosoftAppId"),
        (PermissionError("no words of Microsoft's"), "gives the app no token. Compare MicrosoftAppId"),
        (
            ConnectionError(f"https://login/{TENANT}"),
            "login cannot be reached (ConnectionError). Let this machine out",
        ),
        (KeyError(TENANT), "gave no token (KeyError). Compare MicrosoftAppTenantId"),
    ],
)
async def test_a_login_that_gives_no_token_is_a_fault_with_its_reason(server, error, says):
    (fault,) = worst(await examined(server, Login(error)))
    assert says in fault


async def test_a_managed_identity_that_is_not_there_is_a_fault(server):
    kind = {"MicrosoftAppPassword": "", "MicrosoftAppType": "UserAssignedMSI"}
    assert worst(await examined(server, **kind)) == []
    (fault,) = worst(await examined(server, Login(ConnectionError("169.254.169.254")), **kind))
    assert "The managed identity gives the app no token (ConnectionError). Assign it" in fault


async def test_a_login_that_hangs_is_not_waited_for(server, monkeypatch):
    monkeypatch.setattr(teams, "LOGIN_SECONDS", 0.05)
    released = threading.Event()

    class Hanging:
        def get_access_token(self):
            released.wait(30)
            return "late"

    (fault,) = worst(await examined(server, Hanging()))
    released.set()
    await asyncio.sleep(0)
    assert "does not answer within 0.05 seconds" in fault


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/openid", {"issuer": "x"}, "names no keys"),
        ("/openid", "<html>", "answers with something that is not expected (HTTP 200)"),
        ("/openid", {"jwks_uri": "ftp://keys.example"}, "names no keys"),
        ("/keys", {"keys": [key(endorsements=["webchat"])]}, "has no key that may vouch for Teams"),
        ("/keys", {"keys": [{"kty": "RSA", "kid": "x", "n": "?"}, "strange"]}, "has no key that may vouch"),
        ("/keys", {"keys": "none"}, "has no key that may vouch"),
    ],
)
async def test_keys_that_cannot_be_used_are_a_fault(server, path, body, says):
    server.says(path, body)
    (fault,) = worst(await examined(server))
    assert says in fault
    assert "REPLYBY_TEAMS_OPENID_URL" in fault


async def test_hosts_that_are_too_wide_are_a_fault(server):
    (fault,) = worst(await examined(server, REPLYBY_TEAMS_SERVICE_HOSTS="smba.trafficmanager.net,*.net"))
    assert "has *.net: our token could go to anybody there" in fault


async def test_hosts_that_are_not_known_are_to_look_at(server):
    (one,) = worst(
        await examined(server, REPLYBY_TEAMS_SERVICE_HOSTS="smba.trafficmanager.net,teams.example")
    )
    assert one.startswith("LOOK teams: Our token may go to teams.example")
    (one,) = worst(await examined(server, REPLYBY_TEAMS_SERVICE_HOSTS="127.0.0.1"))
    assert "for trials alone" in one


async def test_the_government_cloud_needs_its_hosts(server):
    settings = {
        "REPLYBY_TEAMS_OPENID_URL": "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
        "REPLYBY_TEAMS_SERVICE_HOSTS": "smba.trafficmanager.net",
    }
    (fault,) = worst(await examined(server, offline=True, **settings))
    assert "Add smba.infra.gov.teams.microsoft.us" in fault
