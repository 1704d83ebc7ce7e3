"""Who asked, and how to reach them, told from the words after "from"."""

import pytest

from models.inquiry import Inquiry
from models.staff import Staff, by_name


def hire(talk, handle: str, name: str) -> None:
    with talk.house.store.transaction() as db:
        fields = {"email": f"{handle}@riverbend.example", "phone": "608-555-0199", "department_id": 1}
        db.add(Staff(handle=handle, name=name, **fields))


@pytest.mark.parametrize(
    "phone",
    [
        "608-555-0133", "(608) 555-0133", "(608)555-0133", "(608)-555-0133", "608.555.0133", "608 555 0133",
        "608/555-0133", "608 - 555 - 0133", "608–555–0133", "6085550133", "1-608-555-0133",
        "1 (608) 555-0133", "+1 608 555 0133", "+1 (608) 555-0133", "+16085550133", "555-0133", "555.0133",
        "+44 20 7946 0958", "011 44 20 7946 0958", "608-555-0133 x12", "608-555-0133x12",
        "(608) 555-0133 ext. 12", "1(608)555-0133", "16085550133",
        "608-555-0133, extension 12", "608-555-0133 Ext 12",
    ],
)  # fmt: skip
def test_phone_numbers_are_known_in_their_many_forms(talk, phone):
    for words in (f"Jane Doe {phone}", f"{phone} Jane Doe", f"Jane Doe, {phone}", f"Jane Doe ({phone})"):
        facts = talk.say(f"inquiry log call from {words} about a permit").facts
        assert (facts["customer"], facts["contact"]) == ("Jane Doe", phone), words


@pytest.mark.parametrize(
    ("words", "name", "phone", "email"),
    [
        ("O'Brien, Pat 608-555-0133", "O'Brien, Pat", "608-555-0133", None),
        ("Pat O'Brien pat.o'brien@example.org", "Pat O'Brien", None, "pat.o'brien@example.org"),
        ("José Núñez-Łapiński 608-555-0133", "José Núñez-Łapiński", "608-555-0133", None),
        ("李小龍 (608) 555-0133", "李小龍", "(608) 555-0133", None),
        ("Dr. A. B. Smith, Jr.", "Dr. A. B. Smith, Jr.", None, None),
        ("Jane Doe <jane@example.org>", "Jane Doe", None, "jane@example.org"),
        ('"Jane Doe" <jane@example.org>', "Jane Doe", None, "jane@example.org"),
        ('Jane "JD" Doe 608-555-0133', 'Jane "JD" Doe', "608-555-0133", None),
        ('"Room 555-0144" 608-555-0133', "Room 555-0144", "608-555-0133", None),
        ('"Jane Doe 608-555-0133"', "Jane Doe", "608-555-0133", None),
        ("Jane Doe (Acme LLC) jane@example.org", "Jane Doe (Acme LLC)", None, "jane@example.org"),
        ("jane@example.org, 608-555-0133, Jane Doe", "Jane Doe", "608-555-0133", "jane@example.org"),
        ("Jane Doe at 608-555-0133", "Jane Doe", "608-555-0133", None),
        ("Jane Doe, cell: 608-555-0133", "Jane Doe", "608-555-0133", None),
        ("Jane Doe (tel. 608-555-0133)", "Jane Doe", "608-555-0133", None),
        ("Jane Doe — 608-555-0133", "Jane Doe", "608-555-0133", None),
        ("Jane Doe 608-555-0133 or e-mail jane@example.org.", "Jane Doe", "608-555-0133", "jane@example.org"),
        ("Jane Doe mailto:jane@sub.example.org", "Jane Doe", None, "jane@sub.example.org"),
        ("Pat Atwell 608-555-0133", "Pat Atwell", "608-555-0133", None),
        ("608-555-0133", "608-555-0133", "608-555-0133", None),
        ("jane@example.org 608-555-0133", "jane@example.org", "608-555-0133", "jane@example.org"),
        ("Jane\0 \x07Doe\ud800", "Jane Doe", None, None),
    ],
)
def test_name_phone_and_e_mail_are_told_apart(talk, words, name, phone, email):
    talk.say(f"inquiry log call from {words} about a permit")
    (row,) = talk.rows(Inquiry)
    assert (row.customer, row.phone, row.email, row.chat) == (name, phone, email, None)


@pytest.mark.parametrize(
    "name",
    [
        "Suite 4", "Jane Doe, 1234 Main Street, Suite 4", "Building 200 1234 Main Street", "Case 2026-00123",
        "Jane Doe 53703-1234", "Born 1980-03-02 Jones", "Account 123-45-6789", "12 E 34 St Apt 5678",
        "Room 608-555", "Case 1980-555-0133",
        "Parcel 608-555-0133-2", "Number 123456789012", "Permit 608-555-01333", "Jane @ home", "a@b", "@",
    ],
)  # fmt: skip
def test_other_numbers_and_signs_are_part_of_the_name(talk, name):
    talk.say(f"inquiry log call from {name} about a permit")
    (row,) = talk.rows(Inquiry)
    assert (row.customer, row.phone, row.email, row.chat) == (name, None, None, None)


def test_a_colleague_is_a_customer_by_chat(talk):
    talk.say("inquiry log chat from (@lee) about badges")
    talk.say("inquiry log chat from Lee's team, @sam. about badges")
    assert [(row.customer, row.chat) for row in talk.rows(Inquiry)] == [
        ("Lee Okafor", "@lee"),
        ("Lee's team", "@sam"),
    ]


def test_a_chat_name_that_nobody_or_several_answer_to_is_refused(talk):
    hire(talk, "lee2", "Sam Ochs")
    hire(talk, "lee3", "Sam Lind")
    assert talk.say("inquiry log chat from @nobody about badges").template == "unknown_person"
    reply = talk.say("inquiry log chat from @castellano about badges")
    assert reply.template == "unknown_person"
    with talk.house.store.transaction() as db:
        db.get_one(Staff, by_name(db, "sam")[0].id).handle = "boss"
    reply = talk.say("inquiry log chat from @Sam about badges")
    assert (reply.template, len(reply.facts["people"])) == ("which_person", 3)
    assert talk.rows(Inquiry) == []
