"""The closing survey: a link that works once, and of which the database knows only a digest."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from models import survey
from models.agency import Agency
from models.inquiry import Inquiry
from models.survey import LONGEST, OPEN_FOR, QUESTIONS, Survey

KEY = b"a key of the agency"


@pytest.fixture
def made(office):
    return make(office)


@pytest.fixture
def made_on_either(either):
    return make(either)


def make(office):
    """The office, and a survey of its first inquiry with its token."""
    office.say("dana", "inquiry log email from Jane Doe about a permit")
    with office.store.transaction() as db:
        row = survey.make(db, db.get_one(Inquiry, 1), KEY, office.now)
    return office, row, survey.token(row.made_of, KEY)


def find(office, token, key=KEY, later=timedelta()):
    with office.store.transaction() as db:
        return survey.find(db, token, key, office.now + later)


def answer(office, token, answers):
    with office.store.transaction() as db:
        found = survey.find(db, token, KEY, office.now)
        return found is not None and survey.answer(db, found, answers, office.now)


def test_a_token_has_43_characters_that_an_address_can_carry(made):
    _, _, token = made
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)


def test_a_token_finds_its_survey(made_on_either):
    office, row, token = made_on_either
    assert find(office, token).id == row.id


def test_the_database_knows_the_digest_and_not_the_token(made_on_either):
    office, row, token = made_on_either
    assert row.digest != token
    with office.store.transaction() as db:
        words = " ".join(str(value) for value in db.execute(text("SELECT * FROM survey")).one())
    assert token not in words
    assert row.digest in words


@pytest.mark.parametrize(
    "wrong",
    [
        str.lower,
        str.upper,
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: "",
        lambda token: "ä" * 43,
    ],
)
def test_an_unknown_token_finds_nothing(made, wrong):
    office, _, token = made
    assert wrong(token) != token
    assert find(office, wrong(token)) is None


def test_neither_the_digest_nor_what_it_is_made_of_opens_a_survey(made):
    office, row, _ = made
    assert find(office, row.digest) is None
    assert find(office, row.made_of) is None


def test_another_agencys_key_opens_nothing(made):
    office, row, token = made
    assert find(office, token, key=b"another") is None
    assert survey.token(row.made_of, b"another") != token


@pytest.mark.parametrize(
    ("later", "open_"),
    [(OPEN_FOR - timedelta(seconds=1), True), (OPEN_FOR, False), (OPEN_FOR + timedelta(days=1), False)],
)
def test_a_survey_is_open_for_a_year(made, later, open_):
    office, _, token = made
    assert (find(office, token, later=later) is not None) is open_


def test_answers_are_stored_once(made_on_either):
    office, _, token = made_on_either
    assert answer(office, token, {"kindness": "5"})
    assert not answer(office, token, {"kindness": "1"})
    assert find(office, token) is None
    (row,) = office.rows(Survey)
    assert (row.answers, row.answered_at) == ({"kindness": "5"}, office.now)


def test_of_two_who_answer_at_once_one_is_stored(made_on_either):
    office, row, _ = made_on_either
    both_have_found, stored = threading.Barrier(2), []

    def store_answers(rating):
        if not office.store.on_postgresql:
            both_have_found.wait()
        with office.store.transaction() as db:
            found = db.get_one(Survey, row.id)
            if office.store.on_postgresql:
                # SQLite lets one transaction in at a time; here both have seen the open survey.
                both_have_found.wait()
            if survey.answer(db, found, {"kindness": rating}, office.now):
                stored.append(rating)

    threads = [threading.Thread(target=store_answers, args=(rating,)) for rating in "15"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(stored) == 1
    assert office.rows(Survey)[0].answers == {"kindness": stored[0]}


def test_an_inquiry_has_one_survey(made):
    office, row, _ = made
    with office.store.transaction() as db:
        again = survey.make(db, db.get_one(Inquiry, 1), KEY, office.now + timedelta(days=1))
    assert (again.id, again.digest, again.expires_at) == (row.id, row.digest, row.expires_at)
    assert len(office.rows(Survey)) == 1


def test_two_inquiries_have_tokens_that_say_nothing_of_each_other(office):
    for _ in range(2):
        office.say("dana", "inquiry log email from Jane Doe about a permit")
    with office.store.transaction() as db:
        rows = [survey.make(db, db.get_one(Inquiry, number), KEY, office.now) for number in (1, 2)]
        assert len({row.salt for row in rows}) == 2
        assert len({survey.token(row.made_of, KEY) for row in rows}) == 2


def test_closing_pushes_a_message_that_holds_no_token(office):
    office.say("dana", "inquiry log email from Jane Doe jane@example.org about a permit")
    office.say("dana", 'inquiry close INQ-1 "sent"')
    (row,) = office.rows(Survey)
    key = office.rows(Agency)[0].key.encode()
    token = survey.token(row.made_of, key)
    assert find(office, token, key) is not None
    with office.store.transaction() as db:
        kept = " ".join(str(value) for value in db.execute(text("SELECT * FROM outbox")).one())
    assert row.made_of in kept
    assert token not in kept


def test_only_answers_to_the_eight_subjects_are_read():
    rated = {one.name for one in QUESTIONS if one.rated}
    assert len(QUESTIONS) == 8
    given = {one.name: "3" for one in QUESTIONS} | {"other": "x", "id": "1"}
    assert survey.readable(given) == {one.name: "3" for one in QUESTIONS}
    for wrong in ("0", "6", "5.0", "five", "", "٣"):
        assert rated.isdisjoint(survey.readable(given | dict.fromkeys(rated, wrong)))


def test_words_are_trimmed_and_cut_and_blank_ones_left_out():
    read = survey.readable({"comments": f"  {'x' * (LONGEST + 9)}  ", "service": "   ", "contact": " desk "})
    assert read == {"comments": "x" * LONGEST, "contact": "desk"}
