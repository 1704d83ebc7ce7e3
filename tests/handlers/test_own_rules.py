"""Rules that a department sets by itself (R7)."""

import pytest

from models.adopting import Adoption
from models.standard import CHANNELS, load_standard
from tests.handlers.at_the_desk import Desk, counts, spoken

EITHER = ["answer", "acknowledgement"]


@pytest.fixture
def sam(talk):
    return Desk(talk)


def test_a_rule_of_ones_own_is_versioned_dated_and_signed(sam):
    reply = sam("/desk standard set email 4 business hours")
    assert counts(reply) == {"email": (["1 business day"], ["4 business hours"])}
    facts = sam("/inquiry standard", by="dana").facts
    assert (facts["title"], facts["version"], facts["source"]) == (
        "Own standard of Human Resources, over Departmental customer-service standard", 1, "FED",
    )  # fmt: skip
    own, r5, r6 = facts["rules"]
    assert (own["id"], own["says"], own["kind"], own["met_by"]) == (
        "R7-email", "E-mail gets a response within 4 business hours.", "respond",
        ["answer", "acknowledgement"],
    )  # fmt: skip
    assert own["citation"] == (
        "Human Resources, set by Sam Castellano on 2026-03-02 (R7, FED L3 (3); SJ dept. 6a)"
    )
    assert (r5["channels"], r6["channels"]) == (["call", "voicemail"], ["letter", "form"])


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("letter 2 weeks answer", {"letter": ("2 weeks", ["answer"])}),
        ("call 1 to 2 business days", {"call": ("1 to 2 business days", EITHER)}),
        ("voicemail 24-48 hours", {"voicemail": ("24 to 48 hours, on open days", EITHER)}),
        ("call, chat 1 day answer", {one: ("1 business day", ["answer"]) for one in ("call", "chat")}),
    ],
)
def test_each_channel_gets_a_rule_of_its_own(sam, words, rules):
    sam(f"/desk standard set {words}")
    own = [one for one in sam("/desk standard").facts["rules"] if one["id"].startswith("R7-")]
    assert {one["channels"][0]: (one["count"], one["met_by"]) for one in own} == rules
    assert all(one["id"] == f"R7-{one['channels'][0]}" for one in own)


def test_rules_of_ones_own_add_up_replace_and_are_dropped_again(sam):
    sam("/desk standard set email, call 4 business hours")
    sam("/desk standard set letter 2 weeks answer")
    again = sam("/desk standard set email 4 working hours")
    assert again.template == "standard_already"
    assert counts(sam("/desk standard set email 2 business hours")) == {
        "email": (["4 business hours"], ["2 business hours"])
    }
    dropped = sam("/desk standard drop email")
    assert counts(dropped) == {"email": (["2 business hours"], ["1 business day"])}
    assert [one["channels"] for one in dropped.facts["dropped"]] == [["email"]]
    refused = sam("/desk standard drop email")
    assert refused.template == "standard_no_own_rule"
    assert "It has: call 4 business hours, letter 2 weeks." in spoken(refused)
    sam("/desk standard drop all")
    facts = sam("/desk standard").facts
    assert facts["digest"] == load_standard("departmental").digest
    assert [row.version for row in sam.talk.rows(Adoption)] == [1, 2, 3, 4, 5]


def test_every_way_of_counting_hours_is_a_button_that_sets_the_rule(sam):
    asked = sam("/desk standard set call, email 48 hours answer from 2026-03-09")
    assert [one.words for one in asked.choices] == [
        f"desk standard set email, call 48 {way} hours answer from 2026-03-09"
        for way in ("clock", "business", "elapsed")
    ]
    reply = sam(asked.choices[0].words)
    assert reply.facts["first"] == "2026-03-09"
    assert counts(reply)["call"][1] == ["48 hours, on open days"]
    assert {one["kind"] for line in reply.facts["changes"] for one in line["after"]} == {"answer"}


def test_an_id_that_the_file_has_too_is_refused(sam, tmp_path):
    rule = (
        '[[rule]]\nid = "R7-email"\ncitation = "RIV"\nsays = "x"\nchannels = ["email", "call"]\n'
        'kind = "respond"\ncount = { weeks = 1 }\nmet_by = ["answer"]\n'
    )
    sam.keep_file(tmp_path / "hr.toml", rule)
    reply = sam("/desk standard set email 1 day")
    assert reply.template == "standard_unreadable"
    assert "R7-email" in spoken(reply)
    assert sam.talk.rows(Adoption) == []


def test_seven_rules_of_ones_own_are_shown_in_every_voice(sam):
    for number, channel in enumerate(CHANNELS, start=1):
        sam(f"/desk standard set {channel} {number} to {number + 1} business days")
    reply = sam("/desk standard")
    assert len(reply.facts["rules"]) == 7
    assert reply.facts["unnamed"] is None
