"""A chain never ends in nobody.

In the demonstration's agency sam stands above dana and lee, and alex, the administrator, above sam and robin.
"""

import pytest

from models import outbox
from models.absence import Absence, alternate_for
from models.agency_file import Role
from models.last_resort import who_hears
from models.staff import Department, Staff
from tests.models.spelled_dates import day

ON = day("Monday 2026-03-09")
HR = "email::hr@riverbend.example"


class People:
    def __init__(self, office, db):
        self.office, self.db = office, db
        self.known = {one.handle: one.id for one in office.rows(Staff)}

    def __getitem__(self, handle):
        return self.db.get_one(Staff, self.known[handle])

    def away(self, *handles, alternate=None):
        for handle in handles:
            named = self.known[alternate] if alternate else None
            self.db.add(
                Absence(
                    staff_id=self.known[handle],
                    first=ON,
                    last=ON,
                    alternate_id=named,
                    told_at=self.office.now,
                )
            )
        self.db.flush()

    def no_mailbox(self, *names):
        for number in range(1, 4):
            department = self.db.get_one(Department, number)
            if department.name in names:
                department.email = None
        self.db.flush()

    def hears(self, handle, refused=(), **asked):
        found = who_hears(self.db, self[handle], ON, [self.known[one] for one in refused], **asked)
        if isinstance(found, Staff):
            return found.handle
        return found and outbox.to(found)


@pytest.fixture
def people(office):
    with office.store.transaction() as db:
        yield People(office, db)


def test_as_long_as_somebody_is_in_who_covers_hears(people):
    for away, expected in (("dana", "sam"), ("sam", "alex"), ("alex", "lee"), ("lee", HR)):
        people.away(away)
        assert people.hears("dana") == expected


def test_who_hears_is_named_as_the_outbox_names_them(people):
    found = who_hears(people.db, people["dana"], ON)
    assert found is not None
    assert outbox.to(found) == f"staff:{people['dana'].id}"


def test_another_supervisor_of_the_department_comes_before_its_other_members(people):
    people.db.add(
        Staff(
            handle="zoe",
            name="Zoe Zimmer",
            email="z@x.example",
            phone="1",
            department_id=1,
            role=Role.SUPERVISOR,
        )
    )
    people.away("dana", "sam", "alex")
    assert people.hears("dana") == "zoe"


def test_without_a_mailbox_the_nearest_one_behind_the_member_hears(people):
    people.away("dana", "lee", "sam", "alex")
    people.no_mailbox("Human Resources")
    assert people.hears("dana") == "email::office@riverbend.example"
    people.no_mailbox("Administration")
    assert people.hears("dana") == "email::permits@riverbend.example"


def test_without_any_mailbox_the_administrator_has_it_when_they_are_back(people):
    people.away("dana", "lee", "sam", "alex")
    people.no_mailbox("Human Resources", "Administration", "Permits")
    assert people.hears("dana") == "email::alex@riverbend.example"
    people["alex"].active = False
    # Nobody else is written to while they are away.
    assert people.hears("dana") is None


def test_an_administrator_who_owns_it_is_not_told_in_the_place_of_another(people):
    people.away("sam", "lee", "dana")
    people["sam"].supervisor_id = None
    people.no_mailbox("Human Resources", "Administration", "Permits")
    assert people.hears("sam", refused=["alex"]) is None


def test_of_an_inactive_administrator_and_a_deactivated_alternate_neither_hears(people):
    people["alex"].active = people["lee"].active = False
    people.away("dana", alternate="lee")
    people.away("sam")
    assert people.hears("dana") == HR


def test_an_office_of_one_who_is_away_has_its_mailbox(people):
    for handle in ("lee", "sam", "kim", "robin", "alex"):
        people[handle].active = False
    people["dana"].supervisor_id, people["dana"].role = None, Role.ADMIN
    assert people.hears("dana") == "dana"
    people.away("dana")
    assert people.hears("dana") == HR
    people.no_mailbox("Human Resources", "Administration", "Permits")
    assert people.hears("dana") == "email::dana@riverbend.example"


def test_where_no_mail_is_sent_the_word_waits(people):
    people.away("dana", "lee", "sam", "alex")
    assert people.hears("dana", mail=False) is None


def test_an_out_of_office_text_names_a_person_or_nobody(people):
    people.away("lee", "sam")
    found = alternate_for(people.db, people["dana"], ON, ON)
    assert found is not None
    assert found.handle == "alex"  # the supervisor's supervisor
    people.away("alex")
    assert alternate_for(people.db, people["dana"], ON, ON) is None
