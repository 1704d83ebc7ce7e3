"""Reading the department’s standard, and telling it to the staff (R9)."""

import pytest

from models.adopting import Adoption
from models.standard import CHANNELS, load_standard
from tests.handlers.at_the_desk import VOICES, Desk, as_said, spoken


@pytest.fixture
def sam(talk):
    return Desk(talk)


def test_everybody_sees_the_standard_with_its_rules_and_citations(sam):
    reply = sam("/inquiry standard", by="dana")
    facts = reply.facts
    assert (facts["title"], facts["source"], facts["version"], facts["since"], facts["by"]) == (
        "Departmental customer-service standard", "FED", 2, None, None,
    )  # fmt: skip
    assert facts["digest"] == load_standard("departmental").digest
    first, second = facts["rules"]
    assert (first["id"], first["citation"], first["channels"]) == (
        "R5", "FED L3 (3)", ["email", "call", "voicemail"],
    )  # fmt: skip
    assert (first["count"], first["extension"], first["extension_for"]) == (
        "1 business day", "2 business days", "the information is not readily available",
    )  # fmt: skip
    assert (second["count"], second["met_by"]) == ("1 week", ["answer"])
    said = spoken(reply)
    for words in (
        "Since as the agency’s file has it",
        "an answer meets it, or an acknowledgement that gives a time. Up to 2 business days when the",
        "No time named (walk-in, chat): the policy names no time here, so Replyby’s own default holds. "
        "Count: 2 business days",
    ):
        assert words in said
    assert reply.choices == ()


def test_aims_and_excuses_are_said_and_a_policy_without_times_shows_the_default_alone(sam):
    sam("desk standard use madison-hr")
    said = spoken(sam("inquiry standard"))
    assert "Count: 1 to 2 business days: aim for 1 business day, due within 2 business days" in said
    assert "Count: 24 to 48 hours, on open days: aim for 24 hours, on open days, due within 48 hours" in said
    assert "Who is away is excused." in said
    assert "Since Mon 2026-03-02, adopted by Sam Castellano" in said
    sam("desk standard use marion")
    facts = sam("inquiry standard").facts
    assert (facts["rules"], facts["unnamed"]["channels"]) == ([], list(CHANNELS))


def test_the_supervisor_has_a_button_that_tells_the_department(sam):
    reply = sam("/desk standard")
    assert reply.template == "standard_shown"
    assert [one.words for one in reply.choices] == ["desk standard tell"]
    assert sam("/desk standard", by="dana").template == "not_for_you"
    assert sam("/desk standard nonsense").template == "too_many_words"


def test_each_colleague_is_told_once_a_version_and_the_speaker_never(sam):
    sam.talk.at("Saturday 2026-02-28 11:00")
    reply = sam("/desk standard tell")
    assert (reply.facts["told"], reply.facts["knew"]) == (2, 0)
    rows = sam.told()
    assert sorted(row.recipient for row in rows) == ["staff:1", "staff:2"]
    assert {row.not_before for row in rows} == {sam.talk.at("Monday 2026-03-02 08:00").now}
    assert {row.facts["teller"] for row in rows} == {"Sam Castellano"}
    words = as_said(rows[0])
    assert "Sam Castellano tells you what Human Resources keeps to" in words
    assert "FED L3 (3)" in words
    again = sam("/desk standard tell")
    assert (again.facts["told"], again.facts["knew"]) == (0, 2)
    assert "2 colleagues have been told" in spoken(again)
    sam("/desk standard use san-jose")
    assert sam("/desk standard tell").facts["told"] == 2
    assert sam("/desk standard tell", by="alex").facts["told"] == 0
    assert "Nobody else works in Administration" in spoken(sam("/desk standard tell", by="alex"))


def test_words_about_a_standard_that_no_day_has_any_more_are_taken_back(sam):
    sam("/desk standard tell")
    sam("/desk standard use san-jose from 2026-03-09")
    assert len(sam.told()) == 2
    sam("/desk standard tell from 2026-03-09")
    assert len(sam.told()) == 4
    sam("/desk standard use williamson from 2026-03-09")
    assert [row.facts["title"] for row in sam.told()] == ["Departmental customer-service standard"] * 2
    sam("/desk standard use marion")
    assert sam.told() == []


def test_the_department_is_told_of_a_plan_with_its_first_day(sam):
    sam("/desk standard use san-jose from 2026-03-09")
    reply = sam("/desk standard tell from 2026-03-09")
    assert (reply.facts["told"], reply.facts["starts"]) == (2, "2026-03-09")
    row = sam.told()[0]
    words = as_said(row)
    assert "keeps to from Mon 2026-03-09 on" in words


def test_the_agencys_own_file_can_be_adopted_by_its_names(sam, tmp_path):
    sam.keep_file(tmp_path / "hr.toml", 'extends = "san-jose"\n')
    assert sam("/desk standard").facts["title"] == "Riverbend HR standard"
    for name in ("file", "riverbend-hr", "Riverbend HR standard"):
        sam("/desk standard use marion")
        reply = sam(f"/desk standard use {name}")
        assert (reply.template, reply.facts["title"]) == ("standard_adopted", "Riverbend HR standard")
    known = sam("/desk standard use foo").facts["known"]
    assert known[-1] == {"name": "file", "title": "Riverbend HR standard"}


def test_a_file_that_cannot_be_read_any_more_is_told_and_another_can_still_be_adopted(sam, tmp_path):
    sam.keep_file(tmp_path / "hr.toml", 'colour = "red"\n')
    assert "colour" in spoken(sam("/desk standard"))
    assert sam("/desk standard use file").template == "standard_unreadable"
    assert sam("/desk standard set email 1 day").template == "standard_unreadable"
    assert sam.talk.rows(Adoption) == []
    reply = sam("/desk standard use marion")
    assert "Email: not known → 2 business days" in spoken(reply)


def test_facts_of_a_file_are_only_ever_words(sam, tmp_path):
    sam.keep_file(tmp_path / "hr.toml", 'extends = "san-jose"\n')
    text_ = (
        (tmp_path / "hr.toml").read_text("utf-8").replace("HR standard", "*HR* <!channel> [x](http://x.test)")
    )
    (tmp_path / "hr.toml").write_text(text_, "utf-8")
    reply = sam("/desk standard")
    assert "*HR* <!channel> [x](http://x.test)" in spoken(reply)
    slack = str(VOICES["slack"].say(reply.template, reply.facts))
    assert "<!channel>" not in slack
    assert "[x](" not in str(VOICES["teams"].say(reply.template, reply.facts)).replace("\\", "\\ ")
