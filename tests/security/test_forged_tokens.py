"""Tokens that Microsoft did not sign for our app and this moment, over real HTTP: nobody is let in."""

import json
from collections.abc import Callable
from typing import Any

import jwt

from models.inquiry import Inquiry
from tests.doors.fake_teams import APP, GONE, TENANT, private_key
from tests.security.agency import tables
from tests.security.teams_town import SECRETS, T, Town, segment


async def test_what_microsoft_signs_is_heard_and_has_its_effect(town):
    assert (await town.post(town.activity())).status_code == 200
    [inquiry] = town.agency.office.rows(Inquiry)
    assert inquiry.customer == f"Jane {SECRETS[0]}"


def claims_of(**changes: Any) -> Callable[[Town], str]:
    return lambda town: town.microsoft.token(**changes)


def headed(**header: Any) -> Callable[[Town], str]:
    """A token that is right but for its header."""

    def token(town: Town) -> str:
        key = private_key("one")
        return jwt.encode(town.microsoft.claims(), key, algorithm="RS256", headers={"kid": "one", **header})

    return token


def written(header: Any, body: Any = None, signature: bytes = b"x" * 256) -> Callable[[Town], str]:
    """A token written by hand."""

    def token(town: Town) -> str:
        said = town.microsoft.claims() if body is None else body
        return f"{segment(header)}.{segment(said)}.{segment(signature)}"

    return token


def signed(claims: bytes) -> str:
    """Claims that no library would write, under a right signature."""
    said = f"{segment({'alg': 'RS256', 'kid': 'one'})}.{segment(claims)}"
    algorithm = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)
    return f"{said}.{segment(algorithm.sign(said.encode(), private_key('one')))}"


def with_claims_twice(town: Town) -> str:
    """The audience twice in the JSON: which one counts must be the one that is checked."""
    said = json.dumps(town.microsoft.claims())
    return signed(said.replace(f'"aud": "{APP}"', f'"aud": "{APP}", "aud": "other"').encode())


# What tests/doors/test_teams_token.py has not: tokens that no key server vouches for.
TOKENS: dict[str, Callable[[Town], str]] = {
    "HS256 with the app id as its secret": lambda t: jwt.encode(
        t.microsoft.claims(), APP.ljust(32, "x"), algorithm="HS256", headers={"kid": "one"}
    ),
    "HS256 with the key's modulus as its secret": lambda t: jwt.encode(
        t.microsoft.claims(),
        str(private_key("one").public_key().public_numbers().n),
        algorithm="HS256",
        headers={"kid": "one"},
    ),
    "RS512": lambda t: jwt.encode(
        t.microsoft.claims(), private_key("one"), algorithm="RS512", headers={"kid": "one"}
    ),
    "rs256 in small letters": written({"alg": "rs256", "kid": "one"}),
    "an algorithm that is a list": written({"alg": ["RS256"], "kid": "one"}),
    "no algorithm": written({"kid": "one"}),
    "a signature of zeros": written({"alg": "RS256", "kid": "one"}, signature=bytes(256)),
    "an empty signature": written({"alg": "RS256", "kid": "one"}, signature=b""),
    "a signature of a megabit": written({"alg": "RS256", "kid": "one"}, signature=b"x" * 120_000),
    "an empty key id": headed(kid=""),
    "a key id that is a path": headed(kid="../../keys"),
    "a key id that is a statement": headed(kid="one' OR '1'='1"),
    "a key id that is a list": written({"alg": "RS256", "kid": ["one"]}),
    "a key id that is nothing": written({"alg": "RS256", "kid": None}),
    "a key id of four thousand letters": headed(kid="k" * 4000),
    "claims that are unsigned detached": headed(b64=False, crit=["b64"]),
    "a token within a token": lambda t: f"{t.microsoft.token()}.{t.microsoft.token()}",
    "an encrypted token's five parts": lambda t: f"{t.microsoft.token()}.x.y",
    "the audience twice, the last another": with_claims_twice,
    "an audience with a space": claims_of(aud=f"{APP} "),
    "an audience in capitals": claims_of(aud="ABCDEF11-2222-3333-4444-555555555555"),
    "an audience that is an address": claims_of(aud=f"api://{APP}"),
    "an audience that is an object": claims_of(aud={"id": APP}),
    "an issuer with a slash": claims_of(iss="https://api.botframework.com/"),
    "an issuer of Entra, our tenant": claims_of(iss=f"https://sts.windows.net/{TENANT}/"),
    "an issuer of Entra v2, our tenant": claims_of(iss=f"https://login.microsoftonline.com/{TENANT}/v2.0"),
    "an issuer of the emulator": claims_of(
        iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"
    ),
    "an issuer of China's cloud": claims_of(iss="https://api.botframework.azure.cn"),
    "an issuer among others": lambda t: signed(
        json.dumps(t.microsoft.claims(iss=["https://api.botframework.com"])).encode()
    ),
    "an end that is nothing": claims_of(exp=None),
    "an end that is a list": claims_of(exp=[T + 60]),
    "an end before 1970": claims_of(exp=-1),
    "an end of zero": claims_of(exp=0),
    "ended a day ago": claims_of(exp=T - 86_400),
    "ended just beyond the leeway": claims_of(exp=T - 300),
    "begins tomorrow": claims_of(nbf=T + 86_400),
    "begins at no number": claims_of(nbf=float("nan")),
    "begins at nothing": claims_of(nbf=None),
    "issued tomorrow": claims_of(iat=T + 86_400),
    "issued at an object": claims_of(iat={}),
    "a service address that is nothing": claims_of(serviceurl=None),
    "a service address under another name": claims_of(
        serviceurl=GONE, serviceUrl="https://smba.trafficmanager.net"
    ),
    "claims that are a list": written({"alg": "RS256", "kid": "one"}, body=[]),
    "claims that are a text": written({"alg": "RS256", "kid": "one"}, body="claims"),
    "claims that are no JSON": written({"alg": "RS256", "kid": "one"}, body=b"\xff\xfe"),
}


async def test_a_token_that_is_not_microsofts_is_refused(town):
    before, let_in = tables(town.agency.store), {}
    for name, forge in TOKENS.items():
        answer = await town.post(town.activity(), forge(town))
        if answer.status_code not in (400, 401) or tables(town.agency.store) != before:
            let_in[name] = answer.status_code
    assert let_in == {}
    assert town.microsoft.taken == []


HEADERS = {
    "the right token second": "Authorization: Bearer {bad}\nAuthorization: Bearer {good}\n",
    "the right token first": "Authorization: Bearer {good}\nAuthorization: Bearer {bad}\n",
    "fifty tokens": "Authorization: Bearer {good}\n" * 50,
    "a token over two lines": "Authorization: Bearer\n {good}\n",
    "a token after a comma": "Authorization: Bearer {bad}, Bearer {good}\n",
    "a tab for a space": "Authorization: Bearer\t{good}\n",
    "in another header": "X-Authorization: Bearer {good}\n",
    "in a cookie": "Cookie: Authorization=Bearer {good}\n",
    "beyond ASCII": "Authorization: Bearer \xe9{good}\n",
    "a token of a hundred thousand letters": "Authorization: Bearer {long}\n",
}


async def test_a_token_counts_when_it_is_the_one_bearer_token_of_the_request(town):
    before, let_in = tables(town.agency.store), {}
    body = json.dumps(town.activity()).encode()
    good = town.microsoft.token()
    head = (
        f"POST /api/messages HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: {len(body)}\n"
    )
    for name, lines in HEADERS.items():
        said = lines.format(good=good, bad=good[:-8] + "AAAAAAAA", long="a" * 100_000)
        status = (await town.raw(head + said, body)).split()[1:2]
        if status not in ([b"400"], [b"401"], [b"431"]) or tables(town.agency.store) != before:
            let_in[name] = status
    assert let_in == {}


def test_there_are_more_than_forty_cases_here_alone():
    assert len(TOKENS) + len(HEADERS) > 40
