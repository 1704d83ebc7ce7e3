"""Who is who, where they are reached, and who stands behind whom."""

from datetime import timedelta

import pytest

from models.staff import (
    Address,
    Staff,
    StaffAddress,
    addresses,
    behind,
    by_address,
    by_email,
    by_name,
    chain,
    email_address,
    members,
    reference_of,
    remember_address,
)

SLACK = Address("slack", "T1", "U1")


@pytest.fixture
def db(office):
    with office.store.transaction() as db:
        yield db


def member(db, handle):
    (found,) = by_name(db, handle)
    return found


def handles(found):
    return [one.handle for one in found]


@pytest.mark.parametrize(
    "address",
    [
        SLACK,
        Address("terminal", "", "dana"),
        Address("teams", "tenant", "29:1:a"),
        email_address("d@x.example"),
    ],
)
def test_an_address_is_read_as_it_is_written(address):
    assert Address.read(str(address)) == address


@pytest.mark.parametrize("text", ["", "slack", "slack:T1"])
def test_an_address_that_lacks_a_part_is_refused(text):
    with pytest.raises(ValueError, match="not enough values"):
        Address.read(text)


@pytest.mark.parametrize("text", ["dana", "@dana", " Dana ", "DANA@riverbend.example", "dana whitfield"])
def test_people_are_known_by_handle_email_and_name(db, text):
    assert handles(by_name(db, text)) == ["dana"]


@pytest.mark.parametrize("text", ["", "@", "whit", "Whitfield", "nobody"])
def test_a_part_of_a_name_is_nobody(db, text):
    assert by_name(db, text) == []


def test_a_first_name_that_two_have_means_both_but_a_handle_means_one(db):
    member(db, "kim").name = "Dana Tran"
    db.flush()
    assert handles(by_name(db, "Dana")) == ["dana"]
    member(db, "dana").handle = "dwhitfield"
    db.flush()
    assert handles(by_name(db, "Dana")) == ["dwhitfield", "kim"]


def test_who_has_left_is_not_found_by_any_way(db):
    remember_address(db, member(db, "dana"), SLACK, member_seen(db))
    member(db, "dana").active = False
    db.flush()
    assert by_name(db, "dana") == []
    assert by_email(db, "dana@riverbend.example") is None
    assert by_address(db, SLACK) is None


def member_seen(db):
    return addresses(db, member(db, "dana").id)[0].seen_at


@pytest.mark.parametrize("email", ["dana@riverbend.example", " Dana@Riverbend.EXAMPLE "])
def test_an_email_address_is_known_whatever_its_capitals(db, email):
    assert by_email(db, email).handle == "dana"
    assert by_email(db, "dana@elsewhere.example") is None


def test_an_address_is_remembered_once(db, office):
    dana = member(db, "dana")
    for _ in range(2):
        remember_address(db, dana, SLACK, office.now)
    assert by_address(db, SLACK) == dana
    assert [one.address for one in addresses(db, dana.id)] == [SLACK, Address("terminal", "", "dana")]


def test_the_address_seen_last_comes_first(db, office):
    dana = member(db, "dana")
    remember_address(db, dana, SLACK, office.now + timedelta(hours=2))
    remember_address(db, dana, Address("terminal", "", "dana"), office.now + timedelta(hours=4))
    assert [one.platform for one in addresses(db, dana.id)] == ["terminal", "slack"]


def test_being_seen_again_within_the_hour_is_not_written_down(db, office):
    dana = member(db, "dana")
    remember_address(db, dana, SLACK, office.now)
    for minutes, kept in ((60, 0), (61, 61)):
        remember_address(db, dana, SLACK, office.now + timedelta(minutes=minutes))
        assert addresses(db, dana.id)[0].seen_at == office.now + timedelta(minutes=kept)


def test_a_newer_reference_takes_the_place_of_the_older(db, office):
    dana = member(db, "dana")
    for reference in ({"n": 1}, None, {"n": 2}):
        remember_address(db, dana, SLACK, office.now, reference)
    assert reference_of(db, SLACK) == {"n": 2}
    assert reference_of(db, Address("slack", "T1", "U2")) is None


def test_an_address_that_passes_to_another_member_takes_no_reference_along(db, office):
    remember_address(db, member(db, "dana"), SLACK, office.now, {"n": 1})
    remember_address(db, member(db, "lee"), SLACK, office.now)
    assert by_address(db, SLACK).handle == "lee"
    assert reference_of(db, SLACK) is None
    db.flush()
    assert len([one for one in office_addresses(db) if one.user == "U1"]) == 1


def office_addresses(db):
    return [one for person in members_of_all(db) for one in addresses(db, person.id)]


def members_of_all(db):
    return [person for department in (1, 2, 3) for person in members(db, department)]


def test_the_members_of_a_department_are_its_active_staff_by_name(db):
    member(db, "lee").active = False
    db.flush()
    assert handles(members(db, 1)) == ["dana", "sam"]


@pytest.mark.parametrize(
    ("handle", "behind"),
    [
        ("dana", ["sam", "alex", "lee"]),
        ("sam", ["alex", "dana", "lee"]),
        ("kim", ["robin", "alex"]),
        ("alex", []),
    ],
)
def test_behind_a_member_stand_supervisors_then_colleagues_then_administrators(db, handle, behind):
    assert handles(chain(db, member(db, handle))) == behind


def test_who_has_left_stands_behind_nobody_but_their_supervisor_does(db):
    member(db, "sam").active = False
    db.flush()
    assert handles(chain(db, member(db, "dana"))) == ["alex", "lee"]


def test_two_who_are_each_others_supervisor_make_no_endless_chain(db):
    dana, lee = member(db, "dana"), member(db, "lee")
    dana.supervisor_id, lee.supervisor_id = lee.id, dana.id
    db.flush()
    assert handles(chain(db, dana)) == ["lee", "sam", "alex"]


def test_a_member_who_is_their_own_supervisor_does_not_stand_behind_themselves(db):
    alex = member(db, "alex")
    alex.supervisor_id = alex.id
    db.flush()
    assert chain(db, alex) == []


def test_a_long_chain_does_not_compare_everybody_with_everybody(db, monkeypatch):
    for number in range(30):
        handle = f"n{number:02}"
        email = f"{handle}@riverbend.example"
        db.add(Staff(handle=handle, name=handle, email=email, phone="", department_id=1))
    db.flush()
    dana, compared = member(db, "dana"), []
    monkeypatch.setattr(Staff, "__eq__", lambda one, other: compared.append(other) or one is other)
    line = handles(chain(db, dana))
    assert line == ["sam", "alex", "lee", *(f"n{number:02}" for number in range(30))]
    assert not compared


def test_the_department_is_read_only_when_it_is_asked_for(db):
    dana = member(db, "dana")
    assert handles(behind(db, dana, colleagues=False)) == ["sam", "alex"]
    assert next(behind(db, dana)).handle == "sam"


def test_an_address_belongs_to_one_member(either):
    dana, lee = either.member("dana"), either.member("lee")
    for one in (dana, lee):
        with either.store.transaction() as db:
            remember_address(db, db.get_one(Staff, one.id), SLACK, either.now, {"of": one.handle})
    found = [one for one in either.rows(StaffAddress) if one.address == SLACK]
    assert [(one.staff_id, one.reference) for one in found] == [(lee.id, {"of": "lee"})]


@pytest.mark.parametrize("email", ["\u212aim@riverbend.example", "\u017fam@riverbend.example"])
def test_letters_that_only_look_alike_are_nobodys_address(db, email):
    assert by_email(db, email) is None
    assert by_email(db, "KIM@Riverbend.example") is not None
