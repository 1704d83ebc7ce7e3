"""Direct messages in Teams: what is posted, and what each answer of the Bot Connector comes to."""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from bot.teams import login as login_module
from bot.teams import sender as sender_module
from bot.teams.login import LOGIN_SECONDS, credentials_for, patient_session
from models.staff import Address
from scheduler.letter import SENDING_SECONDS, InDoubt, Letter, NotNow, Receipt, Unreachable
from tests.doors.fake_teams import APP, BOT, DANA, DANAS_ID, PERSONAL, TENANT, Microsoft, refusal
from tests.doors.teams_door import Office, Settings, Token

TO = Address("teams", TENANT, DANA)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with Microsoft() as microsoft:
        office = await Office(microsoft).open()
        yield office
        await office.close()


def reference(office: Office, **changes: Any) -> dict[str, Any]:
    return {
        "serviceUrl": office.microsoft.url,
        "conversation": PERSONAL,
        "tenantId": TENANT,
        "channelId": "msteams",
        "botId": BOT,
        "userId": DANAS_ID,
        "aadObjectId": DANA,
        **changes,
    }


def letter(office: Office, *, doubtful: bool = False, **changes: Any) -> Letter:
    """Words with a button, for Dana."""
    facts, choices = {"given": "INQ-9"}, ({"label": "Mine", "words": "inquiry mine"},)
    return Letter("k", TO, "unknown_inquiry", facts, choices, doubtful, reference(office, **changes))


def without_conversation(office: Office, *, doubtful: bool = False) -> Letter:
    known = {name: value for name, value in reference(office).items() if name != "conversation"}
    return Letter("k", TO, "unknown_inquiry", {"given": "INQ-9"}, (), doubtful, known)


async def sent(office: Office, one: Letter) -> Receipt:
    receipt: Receipt = await office.door.sender.send(one)
    return receipt


async def test_a_message_goes_into_the_conversation_that_is_known(office):
    receipt = await sent(office, letter(office))
    [taken] = office.microsoft.taken
    assert (taken.method, taken.path) == ("POST", f"/v3/conversations/{PERSONAL}/activities")
    assert taken.authorization == "Bearer our-own-token"
    assert taken.body["type"] == "message"
    assert taken.body["from"] == {"id": BOT}
    assert taken.body["recipient"] == {"id": DANAS_ID}
    assert "text" not in taken.body, "else Teams shows the words twice"
    [attachment] = taken.body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["type"] == "AdaptiveCard"
    assert '"inquiry mine"' in json.dumps(attachment["content"])
    assert receipt == Receipt("m1", taken.body["summary"])
    assert "INQ-9" in receipt.said


async def test_a_conversation_is_opened_with_somebody_who_has_none(office):
    await sent(office, without_conversation(office))
    opened, posted = office.microsoft.taken
    assert opened.path == "/v3/conversations"
    assert opened.body == {
        "isGroup": False,
        "bot": {"id": BOT},
        "members": [{"id": DANAS_ID}],
        "tenantID": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }
    assert posted.path == "/v3/conversations/a:1created/activities"


async def test_the_link_of_a_survey_is_said_but_not_kept(office):
    facts = {"survey": "made-of", "number": "INQ-1", "subject": "a permit", "agency": "Riverbend County"}
    invitation = Letter("k", TO, "survey_invitation", facts, (), False, reference(office))
    receipt = await sent(office, invitation)
    assert "/survey/made-of" in json.dumps(office.microsoft.taken[0].body)
    assert "/survey/…" in receipt.said
    assert "made-of" not in receipt.said


OUTCOMES: dict[str, tuple[Any, type[Exception], float | None]] = {
    "412": (lambda: refusal(412), NotNow, None),
    "412 with a pause": (lambda: refusal(412, Retry_After="7"), NotNow, 7.0),
    "429": (lambda: refusal(429, Retry_After="31"), NotNow, 31.0),
    "429 with a pause of a year": (lambda: refusal(429, Retry_After="31536000"), NotNow, 3600.0),
    "429 with a date": (lambda: refusal(429, Retry_After="Mon, 02 Mar 2026 15:00:09 GMT"), NotNow, None),
    "503": (lambda: refusal(503, Retry_After="5"), NotNow, 5.0),
    "401": (lambda: refusal(401), NotNow, 900.0),
    "408": (lambda: refusal(408), InDoubt, None),
    "500": (lambda: refusal(500), InDoubt, None),
    "502": (lambda: refusal(502), InDoubt, None),
    "504": (lambda: refusal(504), InDoubt, None),
    "a cut connection": ("cut", InDoubt, None),
    "403 not in the roster": (lambda: refusal(403, "BotNotInConversationRoster"), Unreachable, None),
    "403 blocked": (lambda: refusal(403, "MessageWritesBlocked"), Unreachable, None),
    "404": (lambda: refusal(404, "ConversationNotFound"), Unreachable, None),
    "400": (lambda: refusal(400, "BadSyntax"), Unreachable, None),
    "413": (lambda: refusal(413, "MessageSizeTooBig"), Unreachable, None),
}


@pytest.mark.parametrize(("scripted", "outcome", "seconds"), OUTCOMES.values(), ids=OUTCOMES)
async def test_each_answer_of_the_connector_has_its_outcome(office, scripted, outcome, seconds):
    office.microsoft.answers.append(scripted)
    with pytest.raises(outcome) as raised:
        await sent(office, letter(office))
    assert type(raised.value) is outcome
    assert getattr(raised.value, "seconds", None) == seconds
    assert len(office.microsoft.taken) == 1, "nothing is tried again in here"


@pytest.mark.parametrize(
    "scripted", [lambda: refusal(500), lambda: refusal(502), lambda: refusal(504), "cut"]
)
async def test_nothing_is_in_doubt_before_the_words_are_on_their_way(office, scripted):
    office.microsoft.lookups.append(scripted)
    with pytest.raises(NotNow):
        await sent(office, without_conversation(office))
    assert office.microsoft.said() == []


async def test_our_token_does_not_follow_a_redirect(office):
    async with Microsoft() as other:
        office.microsoft.answers.append(lambda: refusal(307, Location=f"{other.url}v3/conversations"))
        with pytest.raises(NotNow, match="307"):
            await sent(office, letter(office))
        assert other.taken == []


async def test_somebody_who_cannot_be_opened_a_conversation_with_is_unreachable(office):
    office.microsoft.lookups.append(lambda: refusal(403, "BotNotInConversationRoster"))
    with pytest.raises(Unreachable, match="403 BotNotInConversationRoster"):
        await sent(office, without_conversation(office))


async def test_no_answer_in_time_is_a_doubt(office, monkeypatch):
    monkeypatch.setattr(sender_module, "SAYING_SECONDS", 0.2)
    held = asyncio.Event()
    office.microsoft.answers.append(held)
    with pytest.raises(InDoubt):
        await sent(office, letter(office))
    held.set()


def test_both_halves_end_before_delivery_gives_up():
    assert sender_module.PREPARING_SECONDS + sender_module.SAYING_SECONDS < SENDING_SECONDS


async def test_a_service_that_is_not_there_took_nothing(office):
    async with Microsoft() as gone:
        url = gone.url
    with pytest.raises(NotNow):
        await sent(office, letter(office, serviceUrl=url))


async def test_a_doubtful_letter_is_said_once_more_and_its_receipt_says_so(office):
    office.microsoft.members = {DANAS_ID: {"name": "Dana"}}
    receipt = await sent(office, letter(office, doubtful=True))
    assert [one.method for one in office.microsoft.taken] == ["GET", "POST"]
    assert receipt.said.startswith("(possibly repeated) ")
    assert not office.microsoft.said()[0].body["summary"].startswith("(")


@pytest.mark.parametrize("scripted", [lambda: refusal(502), lambda: refusal(503), lambda: refusal(429)])
async def test_a_doubtful_letter_waits_while_the_service_is_away(office, scripted):
    office.microsoft.lookups.append(scripted)
    with pytest.raises(NotNow):
        await sent(office, letter(office, doubtful=True))
    assert office.microsoft.said() == []


@pytest.mark.parametrize("scripted", [lambda: refusal(504), "cut"])
async def test_a_letter_that_is_in_doubt_twice_is_not_said_a_third_time(office, scripted):
    office.microsoft.members = {DANAS_ID: {"name": "Dana"}}
    office.microsoft.answers.append(scripted)
    with pytest.raises(Unreachable, match="twice"):
        await sent(office, letter(office, doubtful=True))


BAD_REFERENCES: dict[str, dict[str, Any]] = {
    "a foreign host": {"serviceUrl": "https://evil.example/"},
    "http": {"serviceUrl": "http://smba.trafficmanager.net/amer/"},
    "no address": {"serviceUrl": None},
}


@pytest.mark.parametrize("changes", BAD_REFERENCES.values(), ids=BAD_REFERENCES)
async def test_our_token_is_not_even_asked_for_when_the_stored_address_is_not_teams(changes):
    asked: list[str] = []

    class Watched(Token):
        def get_access_token(self) -> str:
            asked.append("token")
            return super().get_access_token()

    async with Microsoft() as microsoft:
        office = await Office(microsoft).open(credentials=Watched())
        with pytest.raises(Unreachable):
            await sent(office, letter(office, **changes))
        await office.close()
        assert asked == microsoft.taken == []


async def test_half_a_reference_and_none_are_unreachable(office):
    for known in ({}, {"serviceUrl": office.microsoft.url}, None):
        with pytest.raises(Unreachable):
            await sent(office, Letter("k", TO, "unknown_inquiry", {"given": "x"}, (), False, known))
    assert office.microsoft.taken == []


class Failing:
    """Credentials that raise."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_access_token(self) -> str:
        raise self.error


@pytest.mark.parametrize(
    ("error", "seconds", "alarms"),
    [
        (PermissionError("AADSTS7000215: Invalid client secret for app 1111"), 900.0, 1),
        (KeyError("access_token"), 900.0, 1),
        (requests.ConnectionError("no way out"), None, 0),
        (requests.Timeout("slow"), None, 0),
    ],
)
async def test_without_a_token_of_our_own_messages_wait(caplog, error, seconds, alarms):
    async with Microsoft() as microsoft:
        office = await Office(microsoft).open(credentials=Failing(error))
        with pytest.raises(NotNow) as raised:
            await sent(office, letter(office))
        await office.close()
        assert raised.value.seconds == seconds
        assert microsoft.taken == []
    told = [one for one in caplog.records if getattr(one, "action", "") == "teams_credentials"]
    assert [one.levelno for one in told] == [logging.ERROR] * alarms
    assert "AADSTS" not in caplog.text
    assert "1111" not in str(raised.value)


async def test_a_slow_login_holds_up_nobody_else():
    entered, leave = threading.Event(), threading.Event()

    class Slow(Token):
        def get_access_token(self) -> str:
            entered.set()
            leave.wait(20)
            return super().get_access_token()

    async with Microsoft() as microsoft:
        office = await Office(microsoft).open(credentials=Slow())
        sending = asyncio.create_task(sent(office, letter(office)))
        assert await asyncio.to_thread(entered.wait, 20)
        assert (await office.post(microsoft.message())).status_code == 200
        assert (await office.client.get("/health")).status_code == 200
        assert not sending.done()
        leave.set()
        await sending
        await office.close()


async def test_a_login_that_hangs_is_given_up_before_anything_is_said(monkeypatch):
    monkeypatch.setattr(login_module, "TOKEN_SECONDS", 0.1)
    leave = threading.Event()

    class Hanging(Token):
        def get_access_token(self) -> str:
            leave.wait(20)
            return super().get_access_token()

    async with Microsoft() as microsoft:
        office = await Office(microsoft).open(credentials=Hanging())
        with pytest.raises(NotNow):
            await sent(office, letter(office))
        leave.set()
        await office.close()
        assert microsoft.taken == []


async def test_a_shut_door_says_nothing_more(office):
    await sent(office, letter(office))
    await office.door.stop()
    for one in (letter(office), without_conversation(office)):
        with pytest.raises(NotNow, match="closing"):
            await sent(office, one)
    assert len(office.microsoft.taken) == 1


async def test_a_proxy_of_the_surroundings_is_used(office, monkeypatch):
    async with Microsoft() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "elsewhere.example")
        await sent(office, letter(office))
        assert [one.path for one in proxy.taken] == [f"/v3/conversations/{PERSONAL}/activities"]
        assert office.microsoft.taken == []
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        await sent(office, letter(office))
        assert len(office.microsoft.taken) == len(proxy.taken) == 1


class Login(BaseAdapter):
    """Microsoft's login pages, without a network."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, Any, Any]] = []

    def send(self, request: Any, timeout: Any = None, **_: Any) -> requests.Response:  # type: ignore[override]  # fewer names
        self.asked.append((request.method, request.url.partition("?")[0], request.body, timeout))
        host = request.url.split("/")[2]
        base = f"https://{host}/{TENANT}"
        found = {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "tenant_discovery_endpoint": f"{base}/v2.0/.well-known/openid-configuration",
            "metadata": [],
        }
        granted = {"access_token": "granted", "expires_in": 3600, "token_type": "Bearer", "resource": "x"}
        answer = requests.Response()
        answer.status_code = 200
        answer._content = json.dumps(
            granted if request.url.endswith("/token") or "/metadata/identity" in request.url else found
        ).encode()
        return answer

    def close(self) -> None:
        pass


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Login:
    login = Login()

    def session() -> requests.Session:
        made = patient_session()
        made.mount("https://", login)
        made.mount("http://", login)
        return made

    monkeypatch.setattr(login_module, "patient_session", session)
    return login


GOVERNMENT = "https://login.botframework.azure.us/v1/.well-known/openidconfiguration"
PUBLIC = "https://login.botframework.com/v1/.well-known/openidconfiguration"


@pytest.mark.parametrize(
    ("openid", "host", "scope"),
    [
        (PUBLIC, "login.microsoftonline.com", "https%3A%2F%2Fapi.botframework.com%2F.default"),
        (GOVERNMENT, "login.microsoftonline.us", "https%3A%2F%2Fapi.botframework.us%2F.default"),
    ],
)
def test_the_secret_is_shown_to_microsofts_login_alone_and_once_a_token(login, openid, host, scope):
    from pydantic import SecretStr

    credentials = credentials_for(Settings(openid, microsoft_app_password=SecretStr("made-up")))
    assert login.asked == [], "nothing is asked before a token is needed"
    assert [credentials.get_access_token() for _ in range(3)] == ["granted"] * 3
    posts = [one for one in login.asked if one[0] == "POST"]
    assert [url for _, url, _, _ in posts] == [f"https://{host}/{TENANT}/oauth2/v2.0/token"]
    body = posts[0][2] if isinstance(posts[0][2], str) else posts[0][2].decode()
    assert f"client_id={APP}" in body
    assert f"scope={scope}" in body
    assert {timeout for *_, timeout in login.asked} == {LOGIN_SECONDS}


def test_a_managed_identity_needs_no_secret(login):
    credentials = credentials_for(Settings(PUBLIC, microsoft_app_type="UserAssignedMSI"))
    assert credentials.get_access_token() == "granted"
    assert [timeout for *_, timeout in login.asked] == [LOGIN_SECONDS]
    assert "/metadata/identity/oauth2/token" in login.asked[0][1]
