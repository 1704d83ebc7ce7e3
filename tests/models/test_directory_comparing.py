"""What a file makes of the staff that is known: who is meant, who is new, what is wrong."""

import pytest

from handlers.hours_typed import read_week
from models.agency_file import Role
from models.directory.cells import read_entries
from models.directory.difference import difference
from models.directory.file import DirectoryFault, read_sheet
from models.directory.known import Known, Person


def person(handle, **more):
    plain = {
        "id": sum(map(ord, handle)),
        "handle": handle,
        "name": f"{handle.title()} Doe",
        "email": f"{handle}@x.example",
        "phone": "1",
        "department": "Permits",
        "supervisor": None,
        "role": Role.STAFF,
        "zone": None,
        "week": None,
        "active": True,
    }
    return Person(**{**plain, **more})


KNOWN = (
    person("alex", role=Role.ADMIN, department="Administration"),
    person("robin", supervisor="alex", role=Role.SUPERVISOR),
    person("kim", supervisor="robin"),
    person("old", active=False),
)


def compared(text, people=KNOWN, **more):
    known = Known({one.handle: one for one in people}, ("Administration", "Permits"), "America/Chicago")
    found, faults = read_entries(read_sheet(text.encode()), read_week)
    return difference(found, known, faults, **more)


def faults(text, **more):
    with pytest.raises(DirectoryFault) as caught:
        compared(text, **more)
    return [str(one) for one in caught.value.faults]


def test_an_address_says_who_somebody_is_whatever_its_capitals():
    found = compared("mail,phone,zone\nKIM@x.example,2,Central\n")
    (change,) = found.changed
    # The office's own zone, by its name, is none of their own.
    assert (change.before.handle, change.fields, change.after.phone) == ("kim", ["phone"], "2")
    assert (found.new, found.unchanged, [one.handle for one in found.absent]) == ((), 0, ["alex", "robin"])
    assert found.changes


def test_a_line_that_says_what_is_stored_changes_nothing():
    found = compared("name,mail,department,supervisor\nKim Doe,kim@x.example,PERMITS,Robin Doe\n")
    assert (found.changes, found.unchanged) == (False, 1)


def test_a_new_address_needs_the_handle():
    (change,) = compared("handle,mail\nkim,kim.tran@x.example\n").changed
    assert (change.fields, change.after.email) == (["email"], "kim.tran@x.example")
    # Two may swap theirs.
    swapped = compared("handle,mail\nkim,robin@x.example\nrobin,kim@x.example\n")
    assert [one.after.email for one in swapped.changed] == ["kim@x.example", "robin@x.example"]
    assert faults("handle,mail\nkim,robin@x.example\n") == [
        "Line 2: robin@x.example is the address of Robin Doe (robin) already."
    ]


def test_a_handle_stays():
    assert "Kim Doe has the handle kim, which stays" in faults("handle,mail\nkimmy,kim@x.example\n")[0]
    assert "Nobody has the handle zed" in faults("handle,name\nzed,Zed\n")[0]


def test_somebody_new_needs_a_name_and_a_department_and_gets_a_handle():
    (new,) = compared("name,mail,department\nKim Too,Kim@y.example,permits\n").new
    assert (new.id, new.handle, new.department, new.role, new.supervisor) == (
        None,
        "kim2",
        "Permits",
        Role.STAFF,
        None,
    )
    assert faults("mail\nnew@x.example\n") == [
        "Line 2: new@x.example is new, and the name and the department are missing."
    ]


@pytest.mark.parametrize("said", ["robin@x.example", "Robin", "@robin", "robin doe", "Doe, Robin"])
def test_a_supervisor_is_named_by_address_handle_or_name(said):
    (new,) = compared(f'name,mail,department,supervisor\nPat,pat@x.example,Permits,"{said}"\n').new
    assert new.supervisor == "robin"


def test_a_supervisor_may_come_later_in_the_file():
    lines = ("Pat,p@x.example,Permits,boss@x.example", "Bo,boss@x.example,Permits,alex")
    text = "name,mail,department,supervisor\n" + "\n".join(lines)
    assert {one.name: one.supervisor for one in compared(text).new} == {"Pat": "boss", "Bo": "alex"}


def test_a_supervisor_who_is_nobody_has_left_or_may_be_two_is_refused():
    two = (*KNOWN, person("rob", name="Robin Doe"))
    assert "reports to “Zed”, who is neither" in faults("mail,supervisor\nkim@x.example,Zed\n")[0]
    assert "reports to “old”, who has left" in faults("mail,supervisor\nkim@x.example,old\n")[0]
    several = faults("mail,supervisor\nalex@x.example,robin doe\n", people=two)
    assert "there are several (robin, rob). Give the e-mail address" in several[0]


def test_a_supervisor_who_has_left_may_stay_where_they_are():
    people = (*KNOWN, person("pat", supervisor="old"))
    assert not compared("mail,supervisor\npat@x.example,old\n", people=people).changes


def test_circles_are_refused_once_with_everybody_in_them():
    text = "mail,supervisor\nalex@x.example,kim\nkim@x.example,robin\nrobin@x.example,alex\n"
    circle = "The supervisors go round in a circle: Alex Doe → Kim Doe → Robin Doe → Alex Doe."
    assert faults(text) == [f"Line 2: {circle}"]
    assert "Kim Doe → Kim Doe" in faults("mail,supervisor\nkim@x.example,kim\n")[0]


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_lines():
    text = (
        "name,mail,department,supervisor,role\n"
        "Ann,a@x.example,Parking,robin,staff\n"
        "Bo,bo.example,Permits,robin,chief\n"
        "Cy,c@x.example,Permitz,zed,\n"
        "Kim,kim@x.example,,,\n"
        "Kim,KIM@x.example,,,\n"
    )
    assert [one[:7] for one in faults(text)] == [
        "Line 2:",
        "Line 3:",
        "Line 3:",
        "Line 4:",
        "Line 4:",
        "Line 6:",
    ]
    assert faults(text)[0] == (
        "Line 2: There is no department called “Parking”. There are Administration, Permits; "
        "--new-departments STANDARD adds those that are not there."
    )
    assert faults(text)[3].endswith("There is no department called “Permitz”. Did you mean Permits?")
    assert "is in line 5 already" in faults(text)[-1]


def test_new_departments_come_with_leave_only_and_once():
    text = "name,mail,department\nAnn,a@x.example,Parking  Garage\nBo,b@x.example,parking garage\n"
    found = compared(text, new_departments=True)
    assert found.departments == ("Parking Garage",)
    assert {one.department for one in found.new} == {"Parking Garage"}


def test_who_is_missing_stays_unless_told_otherwise():
    text = "mail\nalex@x.example\nrobin@x.example\n"
    assert [one.handle for one in compared(text).absent] == ["kim"]
    found = compared(text, deactivate_missing=True)
    assert ([one.before.handle for one in found.leaving], found.absent) == (["kim"], ())


def test_who_is_listed_works_here_unless_the_line_says_otherwise():
    (back,) = compared("mail\nold@x.example\n").changed
    assert back.fields == ["active"]
    assert back.after.active
    (gone,) = compared("mail,leaving\nkim@x.example,yes\n").changed
    assert gone.leaves
    assert compared("mail,name,leaving\nnever@x.example,N,yes\n").passed_over == 1


def test_the_last_admin_cannot_go():
    for text in ("mail,leaving\nalex@x.example,yes\n", "mail,role\nalex@x.example,staff\n"):
        assert faults(text) == ["Nobody would have the role admin any more. Give it to somebody who stays."]
    assert compared("mail,role\nalex@x.example,staff\nkim@x.example,admin\n").changes


def test_an_address_that_two_have_does_not_say_who():
    people = (*KNOWN, person("kim2", email="kim@x.example"))
    assert "several people (kim, kim2)" in faults("mail,phone\nkim@x.example,3\n", people=people)[0]
    assert compared("handle,phone\nkim2,3\n", people=people).changed[0].before.handle == "kim2"
