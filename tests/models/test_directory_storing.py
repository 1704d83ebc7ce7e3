"""What a file of the staff puts into the database: people, hours, plans, the audit; whole or not at all."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.directory import apply, export, look, read_file
from handlers.answering import answer
from handlers.asking import Ask
from models import turns
from models.audit import Audited
from models.audit_chain import seal, verify
from models.calendars import WeeklyHours, calendar_for
from models.directory.file import DirectoryFault
from models.inquiry import UNPLANNED, Deadline
from models.rounds import Round
from models.schedule import week_of
from models.staff import Address, Department, Staff, ident
from tests.models.spelled_dates import day
from tests.seeded import counted, seeded


@pytest.fixture
def office(database_url):
    with seeded(database_url) as found:
        yield found


@pytest.fixture
def file(tmp_path):
    def made(text):
        path = tmp_path / "staff.csv"
        path.write_text(text)
        return path

    return made


def imported(office, path, standard=None, **more):
    reading = read_file(path, standard, **more)
    shown = look(office.store, reading, office.now)
    apply(office.store, reading, shown, office.now)
    return shown


PAT = (
    "name,mail,phone,department,supervisor,schedule,zone,role\n"
    "Pat Jones,pat@riverbend.example,608-555-0150,Permits,robin,Mon-Wed 8-5,Mountain,staff\n"
)


def test_somebody_new_is_stored_with_all_that_the_line_says(office, file):
    shown = imported(office, file(PAT))
    pat, robin = office.member("pat"), office.member("robin")
    assert (pat.name, pat.phone, pat.supervisor_id, pat.zone) == (
        "Pat Jones",
        "608-555-0150",
        robin.id,
        "America/Denver",
    )
    with office.store.transaction() as db:
        week = week_of(db, ident(pat), day("Monday 2026-03-02"))
        # From 8 to 17 by the clock on their own wall.
        assert calendar_for(db, pat.id).zone == "America/Denver"
    assert week == (*[((480, 1020),)] * 3, (), (), (), ())
    assert (
        "  Pat Jones <pat@riverbend.example>, handle pat, Permits, staff, 608-555-0150, "
        "reports to Robin Adeyemi, works Mon-Wed 8:00-17:00, in America/Denver" in shown.lines
    )
    assert office.say("pat", "inquiry mine").template == "inquiries_mine"


def test_the_second_time_there_is_nothing_to_change(office, file):
    assert imported(office, file(PAT)).found.changes
    rows = [one.model_dump() for one in (*office.rows(Staff), *office.rows(WeeklyHours))]
    office.at("Wednesday 2026-03-04 09:00")
    again = look(office.store, read_file(file(PAT)), office.now)
    assert (again.found.changes, again.found.unchanged) == (False, 1)
    assert [one.model_dump() for one in (*office.rows(Staff), *office.rows(WeeklyHours))] == rows


def test_one_faulty_line_keeps_all_of_the_file_out(office, file):
    with pytest.raises(DirectoryFault, match="Line 3: There is no department called “Parking”"):
        imported(office, file(f"{PAT}Ann,a@x.example,,Parking,,,,\n"))
    assert len(office.rows(Staff)) == 6


def test_what_is_planned_is_planned_anew_for_whoever_changes(office, file):
    for who in ("dana", "kim"):
        office.say(who, "inquiry log email from Jo about tax")
    office.tick()
    assert UNPLANNED not in [one.next_at for one in office.rows(Deadline)]
    imported(office, file("mail,schedule\ndana@riverbend.example,Mon-Tue 8-12\n"))
    danas, kims = office.rows(Deadline)
    assert (danas.next_at == UNPLANNED, kims.next_at == UNPLANNED) == (True, False)
    # No deadline moves by it.
    assert danas.due == kims.due


def test_hours_set_for_today_are_replaced_and_later_ones_stay(office, file):
    office.say("sam", "/desk hours of dana Mon-Wed 8-5")
    office.say("sam", "/desk hours of dana Thu-Fri 8-5 from 2026-04-06")
    told = [one.key for one in office.owed() if one.template == "schedule_set"]
    imported(office, file("mail,schedule\ndana@riverbend.example,usual\n"))
    first, later, new = office.rows(WeeklyHours)
    assert first.ended_at == office.now
    assert (later.ended_at, str(later.first)) == (None, "2026-04-06")
    assert (new.week, str(new.first), new.set_by_id) == (None, "2026-03-02", None)
    # What was to be said of the hours that hold no more is taken back.
    assert len(told) == 2
    assert [one.reason for one in office.owed() if one.template == "schedule_set"] == ["set anew"] * 2


def test_the_digests_of_the_new_are_looked_for(office, file):
    office.tick("Monday 2026-03-02 09:00")
    office.tick("Monday 2026-03-02 10:00")
    before = next(one.at for one in rounds(office) if one.name == turns.NEXT)
    imported(office, file(PAT))
    after = next(one.at for one in rounds(office) if one.name == turns.NEXT)
    assert before > office.now > after


def rounds(office):
    with office.store.transaction() as db:
        return list(db.exec(select(Round)))


def test_who_leaves_loses_nothing_and_their_words_go_on_to_who_is_next(office, file):
    office.say("kim", "inquiry log email from Jo about tax")
    office.say("robin", "away from 2026-03-09 to 2026-03-10 alternate kim")
    office.until("Monday 2026-03-02 09:10")
    shown = imported(office, file("mail,leaving\nkim@riverbend.example,yes\n"))
    assert [line for line in shown.lines if "INQ-1" in line] == [
        "    owns what is not closed: INQ-1. It stays Kim Tran’s until somebody hands it over "
        "(/inquiry assign INQ-1 to NAME); Robin Adeyemi hears of them today."
    ]
    assert any("covers for Robin Adeyemi, 2026-03-09 to 2026-03-10" in line for line in shown.lines)
    assert office.say("kim", "inquiry mine").template == "stranger"
    diary = office.until("Wednesday 2026-03-04 12:00")
    assert any("robin due_soon INQ-1" in line for line in diary)
    assert not any(" kim " in line for line in diary)
    assert office.say("robin", "inquiry assign INQ-1 to robin").template != "unknown_inquiry"


def test_who_supervises_somebody_that_stays_is_told_of(office, file):
    shown = look(office.store, read_file(file("mail,leaving\nsam@riverbend.example,yes\n")), office.now)
    assert (
        "    supervises Dana Whitfield, Lee Okafor. Whoever is next above hears in their place."
        in shown.lines
    )
    assert office.member("sam").active


def test_a_new_department_keeps_the_standard_that_was_named(office, file):
    text = PAT.replace("Permits", "Parking")
    imported(office, file(text), "san-jose")
    new = next(one for one in office.rows(Department) if one.name == "Parking")
    assert (new.standard, new.calendar_version) == ("san-jose", None)
    with pytest.raises(ValueError, match="no standard called 'none-such'"):
        read_file(file(text), "none-such")


def test_what_was_done_is_in_the_audit_and_names_nobody(office, file):
    imported(office, file(f"{PAT}Dana W,dana@riverbend.example,,,,,,\n"))
    rows = [one for one in office.rows(Audited) if one.what == "directory import"]
    assert {(one.who, one.outcome, one.about) for one in rows} == {
        ("command line", "staff_added", f"staff:{office.member('pat').id}"),
        ("command line", "staff_changed", f"staff:{office.member('dana').id}"),
    }
    assert seal(office.store, office.now) == len(office.rows(Audited))
    with office.store.transaction() as db:
        assert verify(db).broken is None


def test_what_has_changed_since_it_was_shown_is_not_stored(office, file):
    reading = read_file(file(PAT))
    shown = look(office.store, reading, office.now)
    imported(office, file(PAT))
    with pytest.raises(ValueError, match="changed meanwhile"):
        apply(office.store, reading, shown, office.now)


def test_what_is_exported_is_what_is_imported(office, file, tmp_path):
    imported(office, file(f"{PAT}=Formula,+f@riverbend.example,=1+1,Permits,pat,,,\n"))
    imported(office, file("mail,leaving\nrobin@riverbend.example,yes\n"))
    made = export(office.store, office.now)
    assert b",'=1+1," in made
    assert b"\xef\xbb\xbfname,e-mail" in made
    path = tmp_path / "out.csv"
    path.write_bytes(made)
    shown = look(office.store, read_file(path), office.now)
    assert (shown.found.changes, shown.found.unchanged, shown.found.absent) == (False, 7, ())
    path.write_bytes(export(office.store, office.now, left_too=True))
    again = look(office.store, read_file(path), office.now)
    assert (again.found.changes, again.found.unchanged) == (False, 8)


@pytest.mark.parametrize(
    "address", [Address("slack", "T0RIVERBEND", "U0PAT"), Address("teams", "tenant", "aad")]
)
def test_an_imported_person_who_first_writes_is_known(office, file, address):
    ask = Ask(
        address, "inquiry log email from Jo about tax", office.now, key="1", email="PAT@riverbend.example"
    )
    assert answer(ask, office.house).template == "stranger"
    imported(office, file(PAT))
    later = Ask(address, ask.words, office.now + timedelta(seconds=1), key="2", email=ask.email)
    assert answer(later, office.house).template == "inquiry_logged"
    # From now on without the e-mail address.
    assert answer(Ask(address, "inquiry mine", office.now), office.house).template == "inquiries_mine"


def test_many_are_stored_with_few_statements(office, file):
    lines = [f"Person {n},p{n}@x.example,Permits,robin,Mon-Tue 8-12" for n in range(300)]
    text = "name,mail,department,supervisor,schedule\n" + "\n".join(lines)
    with counted(office) as statements:
        imported(office, file(text))
    added = len(statements)
    with counted(office) as statements:
        imported(office, file(text.replace("Mon-Tue", "Wed-Thu")))
    assert (added < 60, len(statements) < 60) == (True, True)
    with office.store.transaction() as db:
        assert len(db.exec(select(Staff).where(col(Staff.email).endswith("@x.example"))).all()) == 300


def test_the_clock_is_handed_in(office, file):
    with pytest.raises(ValueError, match="naive"):
        look(office.store, read_file(file(PAT)), office.now.replace(tzinfo=None))
