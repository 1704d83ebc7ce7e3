"""What the doctor says of the staff and of the messages that are owed to them: one test a fault."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.doctor import directory, outbox
from models.absence import Absence
from models.agency_file import Role
from models.migrating import migrate
from models.outbox import Owed, Sending
from models.staff import Address, Department, Staff, remember_address
from models.store import Store
from tests.doors.doctor_office import worst
from tests.models.spelled_dates import at, day
from tests.seeded import seeded

NOW = at("Monday 2026-03-02 09:00")


@pytest.fixture
def office(database_url):
    with seeded(database_url, digests=True) as found:
        yield found


# The staff


def held(office, doors=("slack",), mail=False, now=None):
    with office.store.reading() as db:
        return worst(directory.check(db, now or office.now, doors, mail=mail))


def seen_in_slack(office, *handles):
    members = [office.member(handle) for handle in handles]
    with office.store.transaction() as db:
        for one in members:
            remember_address(db, one, Address("slack", "T0", f"U0{one.handle}"), office.now)


EVERYBODY = ("dana", "lee", "sam", "kim", "robin", "alex")


def test_a_directory_that_is_well_is_in_order(office):
    seen_in_slack(office, *EVERYBODY)
    assert held(office) == []
    assert held(office, (), mail=True) == []


def test_a_database_without_an_agency_is_a_fault(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'x.db'}")
    migrate(store, NOW)
    with store.reading() as db:
        (fault,) = worst(directory.check(db, NOW, (), mail=False))
    store.close()
    assert "No agency is stored. Say replyby seed" in fault


def test_an_agency_without_an_admin_is_a_fault(office):
    office.change("alex", role=Role.SUPERVISOR)
    found = held(office, mail=True)
    assert found[0].startswith("FAULT directory: Nobody has the role admin")


def test_chains_that_lack_somebody_are_to_look_at(office):
    office.change("dana", supervisor_id=None)
    office.change("robin", active=False)
    office.change("sam", role=Role.STAFF)
    found = held(office, mail=True)
    assert [one.split(": ")[1] for one in found[:3]] == [
        "These report to nobody, so that what they miss goes to the admins",
        "These report to somebody who has left, so that the next above hears",
        "These supervise others, and their role is staff, so that /desk refuses them",
    ]
    assert ("Dana" in found[0], "Kim Tran" in found[1], "Sam" in found[2]) == (True, True, True)


def test_departments_without_members_are_to_look_at(office):
    with office.store.transaction() as db:
        db.add(Department(name="Parking", standard="departmental"))
    assert held(office, mail=True) == ["LOOK directory: Nobody is in these departments: Parking."]


def test_an_address_that_two_people_have_is_a_fault(office):
    office.change("lee", email="DANA@riverbend.example")
    assert "Several people have the same e-mail address" in held(office, mail=True)[0]


def test_who_cannot_be_reached_yet_is_to_look_at(office):
    seen_in_slack(office, *EVERYBODY[:-1])
    (one,) = held(office)
    assert "1 of 6 people cannot be reached yet" in one
    assert "Alex Moreau. Ask them to say “help”" in one
    with office.store.transaction() as db:
        alex = db.exec(select(Staff).where(Staff.handle == "alex")).one()
        remember_address(db, alex, Address("teams", "t", "aad"), office.now)
    assert len(held(office, ("slack", "teams"))) == 1
    with office.store.transaction() as db:
        remember_address(db, alex, Address("teams", "t", "aad"), office.now, {"conversation": "a:1"})
    assert held(office, ("slack", "teams")) == []
    office.change("kim", email="kim@")
    assert "to which no e-mail can go: Kim Tran" in held(office, mail=True)[0]


@pytest.mark.parametrize(
    ("today", "level", "says"),
    [
        ("Monday 2032-11-01 09:00", None, ""),
        ("Wednesday 2032-11-03 09:00", "LOOK", "ends on 2032-12-31; deadlines beyond are refused"),
        ("Saturday 2033-01-01 09:00", "FAULT", "ended on 2032-12-31: no deadline can be reckoned"),
    ],
)
def test_a_calendar_that_ends_is_told_sixty_days_before(office, today, level, says):
    found = held(office, mail=True, now=at(today))
    assert [one.split()[0] for one in found] == ([level] if level else [])
    assert says in "".join(found)


def test_a_standard_that_cannot_be_read_is_a_fault(office, tmp_path):
    with office.store.transaction() as db:
        row = db.get_one(Department, 1)
        row.standard = str(tmp_path / "gone.toml")
        db.add(row)
    (fault,) = held(office, mail=True)
    assert fault.startswith("FAULT standards: ")
    assert "gone.toml cannot be read" in fault


def test_alternates_who_will_not_be_there_are_to_look_at(office):
    office.say("dana", "away from 2026-03-09 to 2026-03-10 alternate lee")
    office.say("lee", "away from 2026-03-10 to 2026-03-12 alternate sam")
    office.say("kim", "away from 2026-03-16 to 2026-03-17 alternate robin")
    office.change("robin", active=False)
    with office.store.transaction() as db:
        gone = [
            Absence(
                staff_id=office.member("sam").id,
                first=day("Friday 2026-03-20"),
                last=day("Friday 2026-03-20"),
                told_at=office.now,
            )
        ]
        db.add_all(gone)
    found = next(one for one in held(office, mail=True) if "alternates" in one)
    for words in (
        "Dana Whitfield (2026-03-09 to 2026-03-10): Lee Okafor, who is away then too",
        "Kim Tran (2026-03-16 to 2026-03-17): somebody who has left",
        "Sam Castellano (2026-03-20 to 2026-03-20): nobody",
    ):
        assert words in found


# Messages


def owe(office, **values):
    plain = {"recipient": "staff:1", "template": "due_soon", "facts": {}, "choices": [], "put_at": office.now}
    with office.store.transaction() as db:
        db.add(Owed(**{**plain, "key": "one", "not_before": office.now, **values}))


def test_messages_that_are_all_said_are_in_order(office):
    owe(office, not_before=office.now - timedelta(minutes=4))
    assert worst(outbox.check(office.store, office.now, sayable=True)) == []


def test_a_message_that_nobody_says_is_a_fault(office):
    owe(office, not_before=office.now - timedelta(hours=3), reason="Slack is crowded")
    (fault,) = worst(outbox.check(office.store, office.now, sayable=True))
    assert (
        "should have been said 3 hours ago. Most of those that were tried wait because: Slack is crowded"
        in fault
    )
    assert "Is replyby serve running?" in fault


def test_messages_that_no_door_can_say_are_to_look_at(office):
    owe(office, not_before=office.now - timedelta(hours=3))
    (one,) = worst(outbox.check(office.store, office.now, sayable=False))
    assert one.startswith("LOOK messages: Some are owed, and neither Slack nor Teams nor e-mail is set up")


def test_messages_that_reached_nobody_are_to_look_at(office):
    owe(office, state=Sending.DEAD, finished_at=office.now)
    (one,) = worst(outbox.check(office.store, office.now, sayable=True))
    assert one == (
        "LOOK messages: 1 of the last 30 days reached nobody. Supervisors see them with /desk undelivered."
    )


def test_a_messages_tab_that_is_off_is_a_fault(office):
    owe(office, reason="messages_tab_disabled", not_before=office.now + timedelta(minutes=9))
    (fault,) = worst(outbox.check(office.store, office.now, sayable=True))
    assert "switch the Messages Tab on" in fault
