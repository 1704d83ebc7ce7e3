"""The survey page over HTTP: it asks eight things, stores the answers once, and tells strangers nothing."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel, select

from bot.survey_page import SurveyPage
from bot.web import create_app
from models import survey
from models.agency import agency_of
from models.agency_file import read_agency
from models.inquiry import Deadline, Inquiry
from models.seeding import seed
from models.staff import Department
from models.store import Store
from models.survey import OPEN_FOR, QUESTIONS, Survey

# Monday
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DEMO = Path(__file__).parent.parent.parent / "bot" / "demo"
RATED = [one.name for one in QUESTIONS if one.rated]


class Office:
    """A seeded store, a clock to move, and a client of the running app."""

    def __init__(self, address):
        self.now = NOW
        self.store = Store(address)
        SQLModel.metadata.create_all(self.store.engine)
        with self.store.transaction() as db:
            seed(db, read_agency(DEMO), NOW)
        app = create_app(survey=SurveyPage(self.store, None, lambda: self.now))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://office.example")

    def link(self, channel="email", rule="R5", standard="departmental", clocks=True):
        """The path of a new survey."""
        with self.store.transaction() as db:
            inquiry = Inquiry(
                department_id=1,
                owner_id=1,
                channel=channel,
                customer="Jane Doe",
                phone="608-555-0133",
                subject="a parking permit",
                received_at=NOW,
                logged_at=NOW,
                logged_by_id=1,
            )
            db.add(inquiry)
            db.flush()
            if clocks:
                db.add(clock_of(inquiry, rule, standard))
            made = survey.make(db, inquiry, agency_of(db).key.encode(), NOW)
            return f"/survey/{survey.token(made.made_of, agency_of(db).key.encode())}"

    def stored(self):
        with self.store.transaction() as db:
            return [(one.answered_at, one.answers) for one in db.exec(select(Survey).order_by(Survey.id))]


def clock_of(inquiry, rule, standard):
    return Deadline(
        inquiry_id=inquiry.id,
        kind="respond",
        rule=rule,
        citation="",
        aim=NOW,
        due=NOW,
        set_at=NOW,
        because=[],
        in_short="",
        standard=standard,
        standard_version="1",
        calendar_version="1",
        met_by=["answer"],
    )


@pytest.fixture
async def office(tmp_path):
    house = Office(f"sqlite:///{tmp_path / 'replyby.db'}")
    async with house.client:
        yield house
    house.store.close()


class Page(HTMLParser):
    """The elements of a page, with the text of each."""

    def __init__(self, html):
        super().__init__()
        self.elements, self._open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        element = {"tag": tag, "inside": [one["tag"] for one in self._open], "text": "", **dict(attributes)}
        self.elements.append(element)
        if tag not in ("input", "meta"):
            self._open.append(element)

    def handle_endtag(self, tag):
        assert self._open.pop()["tag"] == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        for element in self._open:
            element["text"] += data

    def all(self, tag):
        return [one for one in self.elements if one["tag"] == tag]

    def words(self, tag):
        return [" ".join(one["text"].split()) for one in self.all(tag)]


async def test_the_form_asks_the_eight_things(office):
    page = Page((await office.client.get(office.link())).text)
    fields = page.all("input") + page.all("textarea")
    assert {one["name"] for one in fields} == {one.name for one in QUESTIONS}
    for name in RATED:
        assert [one["value"] for one in fields if one["name"] == name] == ["1", "2", "3", "4", "5", ""]
    asked = [words for words in page.words("label") + page.words("legend") if re.match(r"\d\. ", words)]
    assert sorted(words[0] for words in asked) == list("12345678")


async def test_the_form_can_be_used_by_everybody(office):
    page = Page((await office.client.get(office.link())).text)
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.words("h1")) == len(page.words("title")) == 1
    ids = [one["id"] for one in page.elements if "id" in one]
    assert len(ids) == len(set(ids))
    labelled = {one["for"] for one in page.all("label")}
    for field in page.all("input") + page.all("textarea"):
        assert field["id"] in labelled
        if field.get("type") == "radio":
            assert "fieldset" in field["inside"]
    assert len(page.all("fieldset")) == len(page.all("legend")) == len(RATED)
    spoken = page.words("label")
    assert "1: not at all satisfied" in spoken
    assert "5: very satisfied" in spoken


async def test_the_page_needs_nothing_from_elsewhere_and_no_script(office):
    html = (await office.client.get(office.link())).text
    page = Page(html)
    assert {one["tag"] for one in page.elements}.isdisjoint({"script", "link", "img", "iframe"})
    assert len(page.all("style")) == 1
    assert [one for one in page.elements if {"src", "style", "action", "onclick"} & set(one)] == []
    assert "url(" not in html
    assert "http" not in html


async def test_nothing_personal_is_on_the_page_or_in_its_address(office):
    link = office.link()
    html = (await office.client.get(link)).text
    assert "Riverbend County" in html
    for word in ("Jane", "Doe", "608-555", "parking", "Dana", "INQ-"):
        assert word not in html
        assert word not in link


async def test_every_answer_carries_the_headers_that_keep_the_link_private(office):
    link = office.link()
    answers = [
        await office.client.get(link),
        await office.client.post(link, data={}),
        await office.client.get("/survey/unknown"),
        await office.client.post(link, data={"comments": "Good"}),
    ]
    assert [one.status_code for one in answers] == [200, 422, 404, 200]
    nonces = set()
    for one in answers:
        assert one.headers["cache-control"] == "no-store"
        assert one.headers["referrer-policy"] == "no-referrer"
        assert one.headers["x-content-type-options"] == "nosniff"
        assert "noindex" in one.headers["x-robots-tag"]
        policy = dict(
            part.strip().split(" ", 1) for part in one.headers["content-security-policy"].split(";")
        )
        nonce = Page(one.text).all("style")[0]["nonce"]
        assert policy == {
            "default-src": "'none'",
            "style-src": f"'nonce-{nonce}'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }
        nonces.add(nonce)
    assert len(nonces) == len(answers)


async def test_looking_has_no_effect_however_often_a_scanner_looks(office):
    link = office.link()
    for method in ("GET", "HEAD", "GET", "HEAD"):
        assert (await office.client.request(method, link)).status_code == 200
    assert office.stored() == [(None, None)]


async def test_the_answers_are_stored_once_and_thanked_for(office):
    link = office.link()
    office.now = NOW + timedelta(days=3)
    sent = {
        "department": " Parks ",
        "service": "A permit",
        "contact": "Dana",
        "satisfaction": "5",
        "kindness": "",
        "timeliness": "4",
        "knowledge": "6",
        "comments": "First line\r\nsecond <b>line</b>\x00\u202e",
        "stranger": "1",
    }
    first = await office.client.post(link, data=sent)
    assert (first.status_code, Page(first.text).words("h1")) == (200, ["Thank you!"])
    kept = {
        "department": "Parks",
        "service": "A permit",
        "contact": "Dana",
        "satisfaction": "5",
        "timeliness": "4",
        "comments": "First line\nsecond <b>line</b>",
    }
    assert office.stored() == [(office.now, kept)]
    again = await office.client.post(link, data={"comments": "Something else"})
    assert again.status_code == 404
    assert office.stored() == [(office.now, kept)]


async def test_two_who_send_at_once_are_not_both_thanked(database_url):
    office = Office(database_url)
    async with office.client:
        link = office.link()
        sent = [office.client.post(link, data={"comments": f"Number {number}"}) for number in range(6)]
        answers = await asyncio.gather(*sent)
    assert sorted(one.status_code for one in answers) == [200, 404, 404, 404, 404, 404]
    thanked = next(number for number, one in enumerate(answers) if one.status_code == 200)
    assert office.stored() == [(NOW, {"comments": f"Number {thanked}"})]
    office.store.close()


async def test_unknown_used_and_expired_links_look_the_same(office):
    used, expired = office.link(), office.link()
    await office.client.post(used, data={"comments": "Good"})
    office.now = NOW + OPEN_FOR
    # As long as a real one, and not.
    unknown = ["/survey/" + "A" * 43, "/survey/short", "/survey/" + "%C3%A9" * 43, "/survey/" + "x" * 5000]
    pages, before = set(), office.stored()
    for link in (used, expired, *unknown):
        looked = await office.client.get(link)
        sent = await office.client.post(link, data={"comments": "Good"})
        empty = await office.client.post(link, data={})
        for one in (looked, sent, empty):
            assert one.status_code == 404
            nonce = Page(one.text).all("style")[0]["nonce"]
            shown = dict(one.headers) | {"content-security-policy": ""}
            pages.add((one.text.replace(nonce, ""), tuple(sorted(shown.items()))))
    assert len(pages) == 1
    assert office.stored() == before


async def test_a_link_is_open_until_the_last_moment_of_its_year(office):
    link = office.link()
    office.now = NOW + OPEN_FOR - timedelta(seconds=1)
    assert (await office.client.get(link)).status_code == 200


async def test_sending_nothing_gives_the_form_again_with_a_kind_word_and_what_was_typed(office):
    link = office.link()
    again = await office.client.post(link, data={"comments": " \n ", "knowledge": "9", "satisfaction": ""})
    page = Page(again.text)
    assert again.status_code == 422
    assert "Nothing has been sent yet" in page.words("h2")
    assert page.words("title")[0].startswith("Not sent yet")
    alert = next(one for one in page.elements if one.get("role") == "alert")
    assert "autofocus" in alert
    # The summary leads to a field, whose group tells what is amiss.
    target = page.all("a")[0]["href"].removeprefix("#")
    assert target in [one["id"] for one in page.all("input")]
    told = next(one for one in page.all("fieldset") if "aria-describedby" in one)
    assert told["aria-describedby"] in [one.get("id") for one in page.elements]
    assert office.stored() == [(None, None)]
    assert (await office.client.post(link, data={"satisfaction": "3"})).status_code == 200


async def test_what_was_typed_comes_back_escaped(office, monkeypatch):
    with office.store.transaction() as db:
        agency_of(db).name = "<i>County</i>"
    link = office.link()
    # Whatever makes an answer unreadable one day, its words are not lost.
    monkeypatch.setattr(survey, "readable", lambda typed: {})
    typed = {"service": '"><script>', "comments": "</textarea><b>\nmore", "kindness": "4"}
    html = (await office.client.post(link, data=typed)).text
    assert "<script>" not in html
    assert "<i>" not in html
    page = Page(html)
    assert page.all("textarea")[0]["text"].strip() == "</textarea><b>\nmore"
    assert next(one["value"] for one in page.all("input") if one["name"] == "service") == '"><script>'
    chosen = [one["id"] for one in page.all("input") if "checked" in one]
    assert chosen == ["satisfaction-0", "kindness-4", "timeliness-0", "knowledge-0"]


@pytest.mark.parametrize(
    ("channel", "rule", "standard", "asked"),
    [
        ("email", "R5", "departmental", "E-mail and telephone are responded to within 1 business day."),
        ("letter", "R6", "departmental", "A written request is answered within 1 week of its receipt."),
        ("walk-in", "default", "departmental", "We get back to you within 2 business days."),
    ],
)
async def test_timeliness_is_asked_against_the_promise_that_was_published(
    office, channel, rule, standard, asked
):
    page = Page((await office.client.get(office.link(channel, rule, standard))).text)
    assert f"What we promise: {asked}" in page.words("legend")[RATED.index("timeliness")]


@pytest.mark.parametrize(
    ("rule", "standard", "clocks"), [("R5", "gone", True), ("R99", "departmental", True), ("", "", False)]
)
async def test_without_a_promise_timeliness_is_asked_all_the_same(office, rule, standard, clocks):
    html = (await office.client.get(office.link("email", rule, standard, clocks))).text
    assert "promise" not in Page(html).words("legend")[RATED.index("timeliness")]
    assert "in good time?" in html


async def test_the_promise_of_a_departments_own_file_is_shown(office, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\ntitle = "Own"\nsource = "OWN"\nversion = 1\n[[rule]]\nid = "O1"\ncitation = "p. 1"\n'
        'says = "Calls & letters within 3 days."\nchannels = ["call"]\nkind = "answer"\n'
        'count = { business_days = 3 }\nmet_by = ["answer"]\n'
    )
    with office.store.transaction() as db:
        db.get_one(Department, 1).standard = str(own)
    page = Page((await office.client.get(office.link("call", "O1", "own"))).text)
    assert (
        "What we promise: Calls & letters within 3 days." in page.words("legend")[RATED.index("timeliness")]
    )


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"comments": "Good"}', 415),
        ("", b"comments=Good", 415),
        ("", b"", 422),
        ("text/plain", b"comments=Good", 415),
        ("multipart/form-data", b"comments=Good", 400),
        ("multipart/form-data; boundary=x", b"--y\r\nnonsense", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="comments"; filename="a"\r\n\r\nGood\r\n--x--\r\n',
            400,
        ),
        (
            "multipart/form-data; boundary=x; charset=undefined",
            b'--x\r\nContent-Disposition: form-data; name="comments"\r\n\r\nGood\r\n--x--\r\n',
            400,
        ),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % one for one in range(99)), 400),
        ("application/x-www-form-urlencoded", b"comments=" + b"a" * 64 * 1024, 413),
        ("application/x-www-form-urlencoded", b"comments=%ff%fe%00", 200),
        ("Application/X-WWW-Form-Urlencoded; charset=koi8-r", b"comments=Good", 200),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="comments"\r\n\r\nGood\r\n--x--\r\n',
            200,
        ),
        (
            "multipart/form-data; boundary=x; charset=unicode_escape",
            b'--x\r\nContent-Disposition: form-data; name="comments"\r\n\r\nGood\\ud800\r\n--x--\r\n',
            200,
        ),
    ],
)
async def test_a_body_that_is_no_form_of_ours_is_refused_and_the_link_stays_open(office, kind, body, status):
    link = office.link()
    answer = await office.client.post(link, content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert (office.stored() == [(None, None)]) is (status != 200)
    if status != 200:
        assert (await office.client.post(link, data={"comments": "Good"})).status_code == 200


async def test_a_form_filled_to_the_brim_is_taken_in_any_script(office):
    html = Page((await office.client.get(office.link())).text)
    fields = [one for one in html.all("input") + html.all("textarea") if "maxlength" in one]
    sent = {one["name"]: "好" * int(one["maxlength"]) for one in fields}
    assert len(sent) == 4
    link = office.link()
    assert (await office.client.post(link, data=sent)).status_code == 200
    assert office.stored()[-1] == (NOW, sent)


async def test_other_methods_are_refused(office):
    link = office.link()
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = await office.client.request(method, link)
        assert answer.status_code == 405
        assert answer.headers["allow"]


@settings(max_examples=60)
@given(
    kind=st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]),
    body=st.binary(max_size=300) | st.text(alphabet='-x\r\n=&%;:"abcd\x00\ud800', max_size=200),
    token=st.text(min_size=1, max_size=60),
)
def test_no_payload_makes_it_stumble(garbled, kind, body, token):
    raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    loop, office, link = garbled
    for path in (link, "/survey/" + "".join(f"%{byte:02X}" for byte in token.encode("utf-8"))):
        answer = loop.run_until_complete(
            office.client.post(path, content=raw, headers={"content-type": kind})
        )
        assert answer.status_code < 500
        looked = loop.run_until_complete(office.client.get(path))
        assert looked.status_code in (200, 404)


@pytest.fixture(scope="module")
def garbled(tmp_path_factory):
    loop = asyncio.new_event_loop()
    office = Office(f"sqlite:///{tmp_path_factory.mktemp('garbled') / 'replyby.db'}")
    yield loop, office, office.link()
    loop.run_until_complete(office.client.aclose())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    office.store.close()
