"""The agency as the database keeps it."""

import pytest

from models.agency import Agency, agency_of
from models.agency_file import AgencyFault, read_agency
from models.calendars import ClosureDay, calendar_of, put_in_force
from models.migrating import migrate
from models.seeding import seed
from models.staff import Department, Staff, StaffAddress
from models.store import Store
from tests.models.spelled_dates import at, day
from tests.seeded import DEMO, demo, seeded

NOW = at("Monday 2026-03-02 09:00")


def test_the_calendar_comes_back_from_the_database_as_the_file_describes_it(either):
    described = demo().calendar()
    with either.store.transaction() as db:
        kept = calendar_of(db)
    assert kept.version == described.version
    assert (kept.zone, kept.week, kept.first, kept.last) == (
        described.zone, described.week, described.first, described.last,
    )  # fmt: skip
    assert not kept.is_open_day(day("Thursday 2026-11-26"))
    assert kept.is_open_day(day("Friday 2026-11-27"))


def test_everyone_is_stored_with_department_role_and_supervisor(either):
    departments = {one.id: one.name for one in either.rows(Department)}
    people = {one.id: one for one in either.rows(Staff)}
    rows = {
        one.handle: (
            departments[one.department_id],
            one.role.value,
            people[one.supervisor_id].handle if one.supervisor_id else None,
        )
        for one in people.values()
    }
    assert rows == {
        "dana": ("Human Resources", "staff", "sam"),
        "lee": ("Human Resources", "staff", "sam"),
        "sam": ("Human Resources", "supervisor", "alex"),
        "kim": ("Permits", "staff", "robin"),
        "robin": ("Permits", "supervisor", "alex"),
        "alex": ("Administration", "admin", None),
    }
    assert all(one.email and one.phone and one.active for one in people.values())


def test_seeding_again_changes_nothing(either):
    key = either.rows(Agency)[0].key
    with either.store.transaction() as db:
        assert not seed(db, demo(), NOW)
    assert [len(either.rows(table)) for table in (Agency, Department, Staff)] == [1, 3, 6]
    assert either.rows(Agency)[0].key == key


def test_each_installation_has_a_key_of_its_own(tmp_path):
    keys = set()
    for name in "ab":
        with seeded(f"sqlite:///{tmp_path / name}.db", agency=demo()) as office:
            keys.add(office.rows(Agency)[0].key)
    assert {len(key) for key in keys} == {64}
    assert len(keys) == 2


def test_the_third_door_knows_everybody_by_handle(office):
    assert {str(one.address) for one in office.rows(StaffAddress)} == {
        f"terminal::{handle}" for handle in ("dana", "lee", "sam", "kim", "robin", "alex")
    }


def test_addresses_that_the_file_names_are_stored(tmp_path):
    dana, *others = demo().staff
    known = dana.model_copy(update={"slack": "T1:U1", "teams": "tenant:aad"})
    agency = demo().model_copy(update={"staff": (known, *others)})
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}", agency=agency) as office:
        found = [str(one.address) for one in office.rows(StaffAddress) if one.staff_id == 1]
    assert found == ["terminal::dana", "slack:T1:U1", "teams:tenant:aad"]


def test_a_zone_of_ones_own_is_stored_and_the_agencys_is_none(tmp_path):
    dana, lee, *others = demo().staff
    dana = dana.model_copy(update={"zone": "America/Denver"})
    lee = lee.model_copy(update={"zone": demo().zone})
    agency = demo().model_copy(update={"staff": (dana, lee, *others)})
    with seeded(f"sqlite:///{tmp_path / 'replyby.db'}", agency=agency) as office:
        found = {one.handle: one.zone for one in office.rows(Staff)}
    assert (found["dana"], found["lee"], found["sam"]) == ("America/Denver", None, None)


@pytest.mark.parametrize("zone", ["Mountain", "america/denver", "Mars/Base", "localtime"])
def test_a_zone_that_is_no_iana_name_is_told_of_with_the_person(tmp_path, zone):
    text = (DEMO / "agency.toml").read_text().replace('handle = "lee"', f'handle = "lee"\nzone = "{zone}"')
    (tmp_path / "agency.toml").write_text(text)
    (tmp_path / "closures.toml").write_text((DEMO / "closures.toml").read_text())
    with pytest.raises(AgencyFault, match=f"lee works in “{zone}”, which is no time zone"):
        read_agency(tmp_path)


def test_a_database_without_an_agency_says_what_to_do(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'replyby.db'}")
    migrate(store, NOW)
    with store.transaction() as db:
        assert agency_of(db) is None
        with pytest.raises(LookupError, match="Run `replyby seed`"):
            calendar_of(db)
    store.close()


def test_a_closure_of_some_hours_comes_back_as_such(office):
    with office.store.transaction() as db:
        db.add(ClosureDay(day=day("Tuesday 2026-03-03"), name="Snow", start=13 * 60, end=17 * 60))
        put_in_force(db, office.now)
        calendar = calendar_of(db)
    assert calendar.closing(day("Tuesday 2026-03-03")) == at("Tuesday 2026-03-03 13:00")
