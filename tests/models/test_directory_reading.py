"""A CSV file of the staff, as people and programs write it: what it says, and what is wrong where."""

import pytest

from handlers.hours_typed import read_week
from models.agency_file import Role
from models.directory.cells import read_entries
from models.directory.export import HEAD
from models.directory.file import DirectoryFault, read_sheet
from models.directory.handles import handle_for
from models.directory.spreadsheet import harmless, meant


def entries(text, encoding="utf-8"):
    return read_entries(read_sheet(text.encode(encoding)), read_week)


def only(text):
    (one,), faults = entries(text)
    assert faults == []
    return dict(one.given)


def faults(text):
    return [str(one) for one in entries(text)[1]]


def refused(data):
    with pytest.raises(DirectoryFault) as caught:
        read_sheet(data if isinstance(data, bytes) else data.encode())
    return str(caught.value)


def test_every_field_is_read():
    given = only(
        "name,e-mail,phone,department,supervisor,schedule,zone,role,handle,active\n"
        'Pat Jones,pat@x.example,608-555-0150,Permits,robin,"Mon-Wed 8-5, Thu 8-noon",Mountain,'
        "Supervisor,@Pat,yes\n"
    )
    assert given == {
        "name": "Pat Jones",
        "email": "pat@x.example",
        "phone": "608-555-0150",
        "department": "Permits",
        "supervisor": "robin",
        "week": (*[((480, 1020),)] * 3, ((480, 720),), (), (), ()),
        "zone": "America/Denver",
        "role": Role.SUPERVISOR,
        "handle": "pat",
        "active": True,
    }


@pytest.mark.parametrize("head", ["e-mail", "E-Mail", "EMAIL", "mail", " E-mail Address ", "Work e-mail"])
def test_heads_are_forgiving(head):
    assert only(f"Full Name,{head}\nPat,pat@x.example\n") == {"name": "Pat", "email": "pat@x.example"}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("phone,name,e-mail\n1,Zoë,z@x.example\n", "utf-8"),
        ("phone,name,e-mail\n1,Zoë,z@x.example\n", "utf-8-sig"),
        ("phone;name;e-mail\r\n1;Zoë;z@x.example\r\n", "utf-8-sig"),
        ("sep=;\r\nphone;name;e-mail\r\n1;Zoë;z@x.example\r\n", "utf-8"),
        ("phone\tname\te-mail\r\n1\tZoë\tz@x.example", "utf-8"),
        ('"phone","name, all of it",name,e-mail\n1,,Zoë,z@x.example\n\n,,,\n', "utf-8"),
    ],
)
def test_excels_ways_of_writing_are_read_alike(text, encoding):
    (one,), found = entries(text, encoding)
    assert found == []
    assert one.given == {"phone": "1", "name": "Zoë", "email": "z@x.example"}


def test_first_and_last_names_make_a_name():
    assert only("Last name,First name,mail\nJones, Pat ,p@x.example\n")["name"] == "Pat Jones"


def test_an_empty_cell_says_nothing_and_words_take_away():
    text = "e-mail,phone,supervisor,schedule,zone,role,leaving\n"
    assert only(f"{text}p@x.example,,,,,,\n") == {"email": "p@x.example"}
    assert only(f"{text}p@x.example,none,Nobody,usual,usual,,yes\n") == {
        "email": "p@x.example",
        "phone": "",
        "supervisor": None,
        "week": None,
        "zone": None,
        "active": False,
    }


def test_whether_somebody_stays_is_said_in_three_ways():
    for head, here, gone in (
        ("active", "Yes", "no"),
        ("leaving", "no", "TRUE"),
        ("Status", "active", "Left"),
    ):
        assert only(f"mail,{head}\np@x.example,{here}\n")["active"] is True
        assert only(f"mail,{head}\np@x.example,{gone}\n")["active"] is False


def test_columns_that_are_not_known_are_told_and_not_read():
    sheet = read_sheet(b"Employee ID,mail,Supervisr\n1,p@x.example,sam\n")
    assert sheet.others == ("Employee ID", "Supervisr")
    assert dict(sheet.rows[0].cells) == {"email": "p@x.example"}


def test_every_faulty_cell_is_told_with_its_line():
    text = (
        "name,e-mail,schedule,zone,role,handle,active\n"
        "Ann,ann.example,,,,,\n"
        "\n"
        "Bo,b@x.example,Mon 25:00-26:00,Gotham,chief,9bo,perhaps\n"
        "Cy,,,,,,\n"
        '"Di\nOr",d@x.example,,,,,\n'
        "Ed,e@x.example,,,,,,,more\n"
        "Flo\x07,f@x.example,,,,,\n"
        f"{'G' * 201},g@x.example,,,,,\n"
        "Hal,hal@example,,,,,\n"
    )
    found = faults(text)
    assert [one.split(": ")[0] for one in found] == [
        f"Line {n}" for n in (2, 4, 4, 4, 4, 4, 6, 8, 9, 10, 11, 5)
    ]
    for words in (
        "“ann.example” is no e-mail address. Write it as pat@example.gov.",
        "“hal@example” is no e-mail address. Write it as pat@example.gov.",
        "The schedule cannot be read. “25:00” is no time of day.",
        "The zone “Gotham” is not known",
        "The role “chief” is none of staff, supervisor, admin",
        "“9bo” is no handle",
        "The column active takes yes or no, not “perhaps”",
        "There is no e-mail address.",
        "The name goes over several lines",
        "There are 9 cells, and 7 columns",
        "cannot be printed",
        "longer than 200",
    ):
        assert any(words in one for one in found), words


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"name,e-mail\n", "lists nobody"),
        (b"name,phone\nPat,1\n", "There is no column called e-mail"),
        (b"mail,e-mail\na@x.example,b@x.example\n", "Two columns mean the e-mail address"),
        ("name,mail\nAnn,a@x.example\nZoë,z@x.example\n".encode("latin-1"), "Line 3: is not in UTF-8"),
        ("name,mail\nZoë,z@x.example\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00 a workbook", "is no text"),
        (
            b'name,mail\nAnn,a@x.example\n"Bo,b@x.example\nCy,c@x.example\n',
            "Line 3: cannot be read from here",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(data, sentence):
    assert sentence in refused(data)


def test_what_looks_like_a_formula_is_data_and_comes_back_as_it_was():
    for text in (
        "=1+1",
        "+1 608 555 0100",
        "-x",
        "@sum",
        "\uff1d1",
        "'quoted'",
        "''",
        "'=1",
        "Pat",
        "'tis",
        "",
    ):
        marked = harmless(text)
        assert marked[:1] not in ("=", "+", "-", "@", "\uff1d")
        assert meant(marked) == text
    assert only("mail,name,phone\np@x.example,=cmd|' /C calc'!A0,'+1 608\n") == {
        "email": "p@x.example",
        "name": "=cmd|' /C calc'!A0",
        "phone": "+1 608",
    }


def test_a_handle_is_made_of_the_address():
    assert handle_for("Dana@x.example", ()) == "dana"
    assert handle_for("dana@x.example", ("dana", "dana2")) == "dana3"
    assert handle_for("Zoë.O'Neil+work@x.example", ()) == "zoe.o-neil"
    assert handle_for("007@x.example", ()) == "staff"
    assert handle_for(f"{'a' * 60}@x.example", {"a" * 31}) == f"{'a' * 30}2"


def test_what_is_exported_is_headed_as_it_is_read():
    assert read_sheet(f"{','.join(HEAD)}\n{'x,' * 9}x\n".encode()).others == ()
