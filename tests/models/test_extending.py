"""A department's own standard that extends another one."""

import pytest

from models.standard import CHANNELS, load_standard, shipped

OWN = """name = "permits"
title = "Permits desk, own times"
source = "Permits"
version = 1
extends = "departmental"

[[rule]]
id = "P1"
citation = "Permits desk, 1"
says = "E-mail gets a response within 4 business hours."
channels = ["email", "chat"]
kind = "respond"
count = { business_hours = 4 }
met_by = ["answer", "acknowledgement"]
"""


@pytest.fixture
def written(tmp_path):
    """Writes policy files, and reads the first as a standard."""

    def write(text, **others):
        for name, content in {"permits": text, **others}.items():
            (tmp_path / f"{name}.toml").write_text(content)
        return load_standard(tmp_path / "permits.toml")

    return write


def by_channel(standard):
    return {channel: [one.id for one in standard.rules_for(channel)] for channel in CHANNELS}


def test_a_channel_with_a_rule_of_its_own_leaves_the_inherited_one_behind(written):
    assert by_channel(written(OWN)) == {
        "email": ["P1"],
        "call": ["R5"],
        "voicemail": ["R5"],
        "walk-in": ["default"],
        "letter": ["R6"],
        "form": ["R6"],
        "chat": ["P1"],
    }


def test_what_is_inherited_keeps_its_id_its_citation_and_its_count(written):
    (own,) = written(OWN).rules_for("email")
    (inherited,) = written(OWN).rules_for("call")
    (original,) = load_standard("departmental").rules_for("call")
    assert own.citation == "Permits desk, 1"
    assert (inherited.id, inherited.citation, inherited.count) == ("R5", "FED L3 (3)", original.count)
    assert inherited.channels == ("call", "voicemail")
    assert original.channels == ("email", "call", "voicemail")


def test_the_name_and_the_default_are_the_departments_own(written):
    standard = written(OWN)
    assert (standard.name, standard.title, standard.extends) == (
        "permits",
        "Permits desk, own times",
        "departmental",
    )
    assert standard.rules_for("walk-in")[0].citation.startswith("Permits names no time for this channel")


@pytest.mark.parametrize("policy", ["williamson", "marion"])
def test_a_policy_that_names_no_time_takes_the_departments_own_rule(written, policy):
    assert by_channel(written(OWN.replace("departmental", policy)))["email"] == ["P1"]
    assert by_channel(written(OWN.replace("departmental", policy)))["call"] == ["default"]


def test_a_rule_of_the_same_id_takes_the_place_of_the_inherited_one(written):
    mine = OWN.replace('"P1"', '"R5"').replace('["email", "chat"]', '["email", "call", "voicemail"]')
    standard = written(mine)
    assert by_channel(standard)["call"] == ["R5"]
    assert standard.rules_for("call")[0].citation == "Permits desk, 1"
    assert [one.id for one in standard.rules] == ["R5", "R6"]


def test_a_file_without_rules_takes_over_everything(written):
    standard = written(OWN.split("[[rule]]")[0])
    assert standard.rules == load_standard("departmental").rules
    assert standard.digest != load_standard("departmental").digest


def test_a_file_may_extend_a_file_beside_it_that_extends_another(written):
    county = OWN.replace('"permits"', '"county"').replace('"P1"', '"C1"').replace("email", "walk-in")
    standard = written(OWN.replace('"departmental"', '"county.toml"'), county=county)
    assert by_channel(standard) == {
        "email": ["P1"],
        "call": ["R5"],
        "voicemail": ["R5"],
        "walk-in": ["C1"],
        "letter": ["R6"],
        "form": ["R6"],
        "chat": ["P1"],
    }


def test_a_change_in_the_base_is_read_and_changes_the_digest(written):
    mine = OWN.replace('"departmental"', '"county.toml"')
    county = OWN.replace('"permits"', '"county"').replace('"P1"', '"C1"').replace("email", "walk-in")
    first = written(mine, county=county)
    assert written(mine, county=county) is first
    changed = written(mine, county=county.replace("= 4", "= 5"))
    assert changed.rules_for("walk-in")[0].count.due == 5
    assert changed.digest != first.digest


def test_a_shipped_standard_stands_alone():
    assert {load_standard(name).extends for name in shipped()} == {None}


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('"departmental"', '"federal"', 5, "extends: there is no standard called 'federal'. Shipped are dep"),
        ('"departmental"', '""', 5, "extends is empty"),
        ('"departmental"', "3", 5, "extends: input should be a valid string"),
        ('"departmental"', '["departmental"]', 5, "extends: input should be a valid string"),
        ('"departmental"', '"permits.toml"', 5, "in a circle: permits.toml extends permits.toml"),
        ('"departmental"', '"./permits.toml"', 5, "goes round in a circle"),
        (
            'id = "P1"',
            'id = "R5"',
            8,
            "departmental has a rule R5 too, which stays for call, voicemail: "
            "name these channels as well, or choose another id",
        ),
    ],
)
def test_a_fault_in_extending_is_told_by_file_line_and_reason(written, tmp_path, old, new, line, reason):
    with pytest.raises(ValueError, match=r".") as refused:
        written(OWN.replace(old, new, 1))
    said = str(refused.value)
    assert said.startswith(f"{tmp_path / 'permits.toml'}, line {line}: ")
    assert reason in said
    assert said.endswith(".")
    assert "\n" not in said


def test_a_longer_circle_is_told_where_it_closes(written, tmp_path):
    county = OWN.replace('"departmental"', '"permits.toml"')
    with pytest.raises(ValueError, match=r".") as refused:
        written(OWN.replace('"departmental"', '"county.toml"'), county=county)
    assert str(refused.value) == (
        f"{tmp_path / 'county.toml'}, line 5: extends: this goes round in a circle: "
        "permits.toml extends county.toml extends permits.toml."
    )


def test_a_fault_in_the_base_is_told_by_the_bases_own_file_and_line(written, tmp_path):
    with pytest.raises(ValueError, match=r".") as refused:
        written(
            OWN.replace('"departmental"', '"county.toml"'),
            county=OWN.replace('citation = "Permits desk, 1"\n', ""),
        )
    assert str(refused.value) == f"{tmp_path / 'county.toml'}, line 7: rule P1 has no citation."
