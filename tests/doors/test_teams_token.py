"""Nothing gets past the token check that Microsoft has not signed for our app, our tenant and this moment."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.teams import keys
from bot.teams.keys import Keys, NoKey
from bot.teams.token import is_government, issuer, may_receive_our_token
from tests.doors.fake_teams import APP, GONE, NOW, TENANT, Microsoft, private_key
from tests.doors.teams_door import Office

T = int(NOW.timestamp())


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with Microsoft() as microsoft:
        office = await Office(microsoft).open()
        yield office
        await office.close()


def segment(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def with_header(m: Microsoft, **header: Any) -> str:
    """A token of the right claims under another header, signed with the right key."""
    return jwt.encode(m.claims(), private_key("one"), algorithm="RS256", headers={"kid": "one", **header})


def with_public_key_as_secret(m: Microsoft) -> str:
    """The old trick: HS256, with the public key for a secret."""
    pem = private_key("one").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head, body = segment({"alg": "HS256", "typ": "JWT", "kid": "one"}), segment(m.claims())
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        f"{head}.{body}".encode(), pem
    )
    return f"{head}.{body}.{segment(signature)}"


def with_other_body(m: Microsoft) -> str:
    head, _, signature = m.token().split(".")
    return f"{head}.{segment(m.claims(exp=T + 9_999_999))}.{signature}"


FORGED: dict[str, Callable[[Microsoft], str | None]] = {
    "no header": lambda m: None,
    "an empty header": lambda m: "",
    "the scheme alone": lambda m: "Bearer",
    "the scheme and a space": lambda m: "Bearer ",
    "another scheme": lambda m: f"Basic {m.token()}",
    "the token alone": lambda m: m.token(),
    "two tokens": lambda m: f"Bearer {m.token()} {m.token()}",
    "garbage": lambda m: "Bearer garbage",
    "dots": lambda m: "Bearer ..",
    "one part": lambda m: f"Bearer {segment({'alg': 'RS256', 'kid': 'one'})}",
    "letters beyond ASCII": lambda m: "Bearer é.é.é",
    "a header that is a list": lambda m: f"Bearer {segment([1])}.{segment({})}.x",
    "a header nested too deep": lambda m: f"Bearer {segment(b'[' * 5000)}.e30.e30",
    "a body nested too deep": lambda m: (
        f"Bearer {segment({'alg': 'RS256', 'kid': 'one'})}.{segment(b'[' * 5000)}.e30"
    ),
    "a body that is a list": lambda m: f"Bearer {segment({'alg': 'RS256', 'kid': 'one'})}.{segment([])}.e30",
    "a token as long as a book": lambda m: f"Bearer {m.token(note='x' * 20_000)}",
    "no signature": lambda m: f"Bearer {m.token().rpartition('.')[0]}.",
    "half a signature": lambda m: f"Bearer {m.token()[:-40]}",
    "another body under the signature": lambda m: f"Bearer {with_other_body(m)}",
    "alg none": lambda m: f"Bearer {jwt.encode(m.claims(), None, algorithm='none', headers={'kid': 'one'})}",
    "alg none, written otherwise": lambda m: (
        f"Bearer {segment({'alg': 'nOnE', 'kid': 'one'})}.{segment(m.claims())}."
    ),
    "the public key as a secret": lambda m: f"Bearer {with_public_key_as_secret(m)}",
    "RS384": lambda m: (
        f"Bearer {jwt.encode(m.claims(), private_key('one'), algorithm='RS384', headers={'kid': 'one'})}"
    ),
    "PS256": lambda m: (
        f"Bearer {jwt.encode(m.claims(), private_key('one'), algorithm='PS256', headers={'kid': 'one'})}"
    ),
    "ES256": lambda m: (
        "Bearer "
        + jwt.encode(
            m.claims(), ec.generate_private_key(ec.SECP256R1()), algorithm="ES256", headers={"kid": "one"}
        )
    ),
    "no key id": lambda m: f"Bearer {jwt.encode(m.claims(), private_key('one'), algorithm='RS256')}",
    "a key id that is a number": lambda m: (
        f"Bearer {segment({'alg': 'RS256', 'kid': 1})}.{m.token().split('.', 1)[1]}"
    ),
    "an unknown key id": lambda m: f"Bearer {m.token(kid='stranger')}",
    "a stranger's key under our key id": lambda m: f"Bearer {m.token(signed_by='stranger')}",
    "a key of its own, in the header": lambda m: (
        "Bearer "
        + jwt.encode(
            m.claims(),
            private_key("stranger"),
            algorithm="RS256",
            headers={
                "kid": "stranger",
                "jku": f"{m.url}keys",
                "jwk": jwt.algorithms.RSAAlgorithm.to_jwk(private_key("stranger").public_key(), as_dict=True),
            },
        )
    ),
    "an extension that must be understood": lambda m: f"Bearer {with_header(m, crit=['b65'], b65=True)}",
    "another app": lambda m: f"Bearer {m.token(aud='99999999-2222-3333-4444-555555555555')}",
    "our app among others": lambda m: f"Bearer {m.token(aud=[APP, 'other'])}",
    "our app in a list": lambda m: f"Bearer {m.token(aud=[APP])}",
    "no audience": lambda m: f"Bearer {m.token(aud=GONE)}",
    "an empty audience": lambda m: f"Bearer {m.token(aud='')}",
    "another issuer": lambda m: f"Bearer {m.token(iss='https://sts.windows.net/x/')}",
    "the government's issuer": lambda m: f"Bearer {m.token(iss='https://api.botframework.us')}",
    "no issuer": lambda m: f"Bearer {m.token(iss=GONE)}",
    "expired 301 seconds ago": lambda m: f"Bearer {m.token(exp=T - 301)}",
    "expired exactly 300 seconds ago": lambda m: f"Bearer {m.token(exp=T - 300)}",
    "no end": lambda m: f"Bearer {m.token(exp=GONE)}",
    "an end in words": lambda m: f"Bearer {m.token(exp='tomorrow')}",
    "an end that is a digit string": lambda m: f"Bearer {m.token(exp=str(T + 3600))}",
    "an end without end": lambda m: f"Bearer {m.token(exp=float('inf'))}",
    "an end that is no number": lambda m: f"Bearer {m.token(exp=float('nan'))}",
    "an end that is true": lambda m: f"Bearer {m.token(exp=True)}",
    "an end in the year 5138": lambda m: f"Bearer {m.token(exp=10**12 + 1)}",
    "valid 301 seconds from now": lambda m: f"Bearer {m.token(nbf=T + 301)}",
    "issued 301 seconds from now": lambda m: f"Bearer {m.token(iat=T + 301)}",
    "a beginning in words": lambda m: f"Bearer {m.token(nbf='now')}",
    "no service address": lambda m: f"Bearer {m.token(serviceurl=GONE)}",
    "a list of service addresses": lambda m: f"Bearer {m.token(serviceurl=[m.url])}",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_a_forged_token_gets_401_and_is_not_heard(office, forge):
    header = forge(office.microsoft)
    sent = {} if header is None else {"authorization": header.encode()}
    answer = await office.post(office.microsoft.message(), headers=sent)
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"] == "Bearer"
    assert office.heard == []
    assert office.microsoft.taken == []


GOOD: dict[str, Callable[[Microsoft], str]] = {
    "as Microsoft signs it": lambda m: f"Bearer {m.token()}",
    "the scheme in small letters": lambda m: f"bearer {m.token()}",
    "expired 299 seconds ago": lambda m: f"Bearer {m.token(exp=T - 299)}",
    "valid in 299 seconds": lambda m: f"Bearer {m.token(nbf=T + 299, iat=T + 299)}",
    "no beginning": lambda m: f"Bearer {m.token(nbf=GONE, iat=GONE)}",
    "with more claims": lambda m: f"Bearer {m.token(jti='x', sub=5, ver='1.0')}",
    "with a type of its own": lambda m: f"Bearer {with_header(m, typ='at+jwt', x5t='one')}",
}


@pytest.mark.parametrize("sign", GOOD.values(), ids=GOOD)
async def test_a_good_token_is_heard(office, sign):
    answer = await office.post(office.microsoft.message(), headers={"authorization": sign(office.microsoft)})
    assert answer.status_code == 200, answer.text
    assert [ask.words for ask in office.heard] == ["inquiry mine"]


async def test_two_authorization_headers_are_none(office):
    good = office.microsoft.bearer()["authorization"]
    answer = await office.client.post(
        "/api/messages",
        content=json.dumps(office.microsoft.message()),
        headers=[("content-type", "application/json"), ("authorization", good), ("authorization", good)],
    )
    assert answer.status_code == 401


# What a good token cannot carry: status, changes of the token, changes of the activity.
CARRIED: dict[str, tuple[int, dict[str, Any], dict[str, Any]]] = {
    "another tenant": (403, {}, {"channelData": {"tenant": {"id": "other"}}, "conversation": GONE}),
    "another tenant in one of two places": (403, {}, {"channelData": {"tenant": {"id": "other"}}}),
    "no tenant": (
        403,
        {},
        {"channelData": {}, "conversation": {"conversationType": "personal", "id": "a:1"}},
    ),
    "a tenant that is an object": (403, {}, {"channelData": {"tenant": {"id": {"id": TENANT}}}}),
    "another channel": (403, {}, {"channelId": "webchat"}),
    "no channel": (403, {}, {"channelId": GONE}),
    "a list of channels": (403, {}, {"channelId": ["msteams"]}),
    "a service address that the token does not name": (
        403,
        {"serviceurl": "https://smba.trafficmanager.net/amer/"},
        {},
    ),
    "no service address": (403, {}, {"serviceUrl": GONE}),
    "a host that is not Teams'": (
        403,
        {"serviceurl": "https://evil.example/"},
        {"serviceUrl": "https://evil.example/"},
    ),
    "http to Teams' host": (
        403,
        {"serviceurl": "http://smba.trafficmanager.net/amer/"},
        {"serviceUrl": "http://smba.trafficmanager.net/amer/"},
    ),
    "a tenant in capitals": (200, {}, {"channelData": {"tenant": {"id": TENANT.upper()}}}),
    "the tenant in the conversation alone": (200, {}, {"channelData": GONE}),
    "the tenant in the channel's data alone": (
        200,
        {},
        {"conversation": {"conversationType": "personal", "id": "a:1"}},
    ),
}


@pytest.mark.parametrize(("status", "signed", "changed"), CARRIED.values(), ids=CARRIED)
async def test_an_activity_is_heard_only_when_its_token_tenant_host_and_channel_fit(
    office, status, signed, changed
):
    headers = office.microsoft.bearer(**signed)
    answer = await office.post(office.microsoft.message(**changed), headers=headers)
    assert answer.status_code == status, answer.text
    assert len(office.heard) == (status == 200)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://smba.trafficmanager.net/amer/", True),
        ("https://SMBA.trafficmanager.net/amer/aaaa-bbbb/", True),
        ("https://smba.trafficmanager.net", True),
        ("https://smba.trafficmanager.net:443/emea", True),
        ("https://europe.botframework.com/", True),
        ("http://127.0.0.1:3978/", True),
        ("http://localhost:3978/", False),
        ("http://smba.trafficmanager.net/amer/", False),
        ("https://botframework.com/", False),
        ("https://evilbotframework.com/", False),
        ("https://europe.botframework.com.evil.example/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://x.smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net@evil.example/", False),
        ("https://evil.example\\@smba.trafficmanager.net/", False),
        ("https://evil.example/#smba.trafficmanager.net", False),
        ("https://smba.trafficmanager.net/amer/?x=1", False),
        ("https://smba.trafficmanager.net/{conversationId}", False),
        ("https://smba.trafficmanager.net/amer\n", False),
        (" https://smba.trafficmanager.net/", False),
        ("https:///smba.trafficmanager.net/", False),
        ("ftp://smba.trafficmanager.net/", False),
        ("", False),
        (None, False),
        (["https://smba.trafficmanager.net/"], False),
    ],
)
def test_our_token_goes_to_allowed_hosts_alone(url, fits):
    assert may_receive_our_token(url, ("smba.trafficmanager.net", "*.botframework.com", "127.0.0.1")) is fits


def test_a_government_cloud_has_its_own_issuer():
    document = "https://login.botframework.azure.us/v1/.well-known/openidconfiguration"
    assert is_government(document)
    assert issuer(document) == "https://api.botframework.us"
    public = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    assert not is_government(public)
    assert issuer(public) == "https://api.botframework.com"
    assert not is_government("https://login.botframework.azure.us.evil.example/")


@pytest.mark.parametrize(
    ("endorsements", "status"), [(["msteams"], 200), (None, 200), (["webchat"], 401), ([], 401)]
)
async def test_a_key_vouches_only_for_the_channels_that_it_is_endorsed_for(office, endorsements, status):
    office.microsoft.endorsements = endorsements
    assert (await office.post(office.microsoft.message())).status_code == status


async def test_a_message_signed_with_a_new_key_is_heard_and_one_with_a_withdrawn_key_is_not(
    office, monkeypatch
):
    monkeypatch.setattr(keys, "PAUSE", 0.0)
    assert (await office.post(office.microsoft.message())).status_code == 200
    office.microsoft.kids = ["two"]
    new, old = office.microsoft.bearer(kid="two"), office.microsoft.bearer(kid="one")
    assert (await office.post(office.microsoft.message(), new)).status_code == 200
    assert (await office.post(office.microsoft.message(), old)).status_code == 401
    assert len(office.heard) == 2


async def test_a_hanging_key_server_holds_up_nobody_but_those_who_wait_for_a_key(office, monkeypatch, caplog):
    monkeypatch.setattr(keys, "FETCH_SECONDS", 0.3)
    office.microsoft.hanging = asyncio.Event()
    waiting = asyncio.create_task(office.post(office.microsoft.message()))
    await office.microsoft.asked.wait()
    assert (await office.client.get("/health")).text == "well"
    garbage = await office.post(office.microsoft.message(), headers={"authorization": "Bearer x.y.z"})
    assert garbage.status_code == 401
    assert not waiting.done()
    assert (await waiting).status_code == 401
    assert office.heard == []
    assert [one.levelno for one in caplog.records if getattr(one, "action", "") == "teams_keys"] == [
        logging.ERROR
    ]


async def test_a_token_that_looks_wrong_does_not_make_us_ask_for_keys(office):
    for changes in ({"aud": "x"}, {"iss": "x"}, {"exp": T - 999}, {"serviceurl": GONE}):
        answer = await office.post(
            office.microsoft.message(), office.microsoft.bearer(kid="stranger", **changes)
        )
        assert answer.status_code == 401
    assert office.microsoft.keys_asked == 0


async def test_no_log_holds_a_token_or_a_body(office, caplog):
    caplog.set_level(logging.DEBUG)
    token = office.microsoft.token(kid="stranger")
    await office.post(office.microsoft.message("a secret word"), headers={"authorization": f"Bearer {token}"})
    await office.post(b'{"text": "a secret word"', headers=office.microsoft.bearer())
    await office.post(office.microsoft.message("a secret word", timestamp="never"))
    broken = await office.post(office.microsoft.message("help", localTimestamp=["a secret word"]))
    assert broken.status_code == 400
    logged = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)
    assert "teams_refused" in logged
    for secret in (token, token.split(".")[2], "a secret word", office.microsoft.token()):
        assert secret not in logged


class KeyServer:
    """A key server without a network. `kids` are the keys it has; None and it is down."""

    def __init__(self, *kids: str) -> None:
        self.kids: tuple[str, ...] | None = kids
        self.asked = 0
        self.ticks = 1000.0
        self.uri = "https://keys.example/keys"
        self.keys = Keys("https://keys.example/openid", self.fetch, lambda: self.ticks)

    async def fetch(self, url: str) -> bytes:
        if self.kids is None:
            raise OSError("down")
        if url.endswith("openid"):
            self.asked += 1
            return json.dumps({"jwks_uri": self.uri}).encode()
        entries: list[Any] = [self._entry(kid) for kid in self.kids]
        return json.dumps(
            {"keys": [*entries, {"kty": "EC", "kid": "curve"}, {"kty": "RSA", "kid": "torn"}]}
        ).encode()

    def _entry(self, kid: str) -> dict[str, Any]:
        key: rsa.RSAPrivateKey = private_key(kid)
        return {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid}

    async def knows(self, kid: str) -> bool:
        try:
            return (await self.keys.find(kid)).key.key_id == kid
        except NoKey:
            return False


async def test_keys_are_asked_for_once_and_kept():
    server = KeyServer("one", "two")
    assert [await server.knows(kid) for kid in ("one", "two", "one")] == [True, True, True]
    assert server.asked == 1


async def test_many_callers_at_once_make_one_asking():
    server = KeyServer("one")
    assert await asyncio.gather(*(server.knows("one") for _ in range(50))) == [True] * 50
    assert server.asked == 1


async def test_a_caller_who_goes_away_does_not_end_the_asking_of_the_others():
    server = KeyServer("one")
    first, second = (asyncio.create_task(server.knows("one")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second
    assert server.asked == 1


async def test_a_key_server_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(keys, "FETCH_SECONDS", 0.05)
    server = KeyServer("one")

    async def hang(_: str) -> bytes:
        return await asyncio.Future()

    async with asyncio.timeout(20):
        with pytest.raises(NoKey, match="cannot be fetched"):
            await Keys("https://keys.example/openid", hang, lambda: server.ticks).find("one")


async def test_the_asking_ends_with_the_door():
    async def hang(_: str) -> bytes:
        return await asyncio.Future()

    keys = Keys("https://keys.example/openid", hang)
    waiting = asyncio.create_task(keys.find("one"))
    await asyncio.sleep(0)
    await keys.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_unknown_key_ids_cannot_make_us_hammer_the_key_server():
    server = KeyServer("one")
    assert not any([await server.knows(f"garbage {number}") for number in range(500)])
    assert server.asked == 1
    server.ticks += 29
    assert not await server.knows("garbage")
    assert server.asked == 1
    server.ticks += 2
    assert not any([await server.knows(f"garbage {number}") for number in range(500)])
    assert server.asked == 2


async def test_a_new_signing_key_is_accepted_within_a_minute():
    server = KeyServer("one")
    assert await server.knows("one")
    server.kids = ("two",)
    server.ticks += 31
    assert await server.knows("two")
    assert not await server.knows("one"), "a key that was withdrawn is not accepted any more"


async def test_keys_are_renewed_behind_an_answer_after_an_hour():
    server = KeyServer("one")
    assert await server.knows("one")
    server.ticks += 3601
    server.kids = ("two",)
    assert await server.knows("one"), "nobody waits for the renewal"
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await server.knows("two")
    assert server.asked == 2


async def test_a_key_server_that_is_down_leaves_the_keys_that_we_have_for_a_day():
    server = KeyServer("one")
    assert await server.knows("one")
    server.kids = None
    server.ticks += 80_000
    assert await server.knows("one")
    assert not await server.knows("two")
    server.ticks += 7_000
    assert not await server.knows("one")
    server.kids = ("one",)
    assert not await server.knows("one"), "not asked again at once"
    server.ticks += 6
    assert await server.knows("one")


@pytest.mark.parametrize("uri", ["http://keys.example/keys", "file:///etc/passwd", None])
async def test_keys_are_not_taken_from_an_address_that_is_not_https(uri):
    server = KeyServer("one")
    server.uri = uri
    assert not await server.knows("one")


async def test_a_key_server_without_a_usable_key_changes_nothing():
    server = KeyServer("one")
    assert await server.knows("one")
    server.kids = ()
    server.ticks += 31
    assert not await server.knows("two")
    assert await server.knows("one")
