"""The shipped policies as data, and what is refused in a policy file."""

import pytest

from models.count import Count
from models.plan import USUAL
from models.standard import CHANNELS, Rule, load_standard, shipped

GOOD = """name = "permits"
title = "Permits, own times"
source = "Permits desk"
version = 1

[[rule]]
id = "P1"
citation = "Permits desk, 1"
says = "E-mail is answered within 4 business hours."
channels = ["email"]
kind = "respond"
count = { business_hours = 4 }
met_by = ["answer", "acknowledgement"]

[[rule]]
id = "P2"
citation = "Permits desk, 2"
says = "A letter is answered within 3 days."
channels = ["letter"]
kind = "answer"
count = { elapsed_hours = [24, 72] }
met_by = ["answer"]
"""


@pytest.fixture
def written(tmp_path):
    """Writes a policy file, and reads it as a standard."""

    def write(text):
        path = tmp_path / "permits.toml"
        path.write_text(text)
        return load_standard(path)

    return write


def test_five_standards_are_shipped_under_the_names_of_their_files():
    assert shipped() == ("departmental", "madison-hr", "marion", "san-jose", "williamson")
    assert [load_standard(name).name for name in shipped()] == list(shipped())


@pytest.mark.parametrize(
    ("standard", "channel", "rule", "kind", "count", "met_by"),
    [
        ("departmental", "email", "R5", "respond", "1 business day", ("answer", "acknowledgement")),
        ("departmental", "call", "R5", "respond", "1 business day", ("answer", "acknowledgement")),
        ("departmental", "voicemail", "R5", "respond", "1 business day", ("answer", "acknowledgement")),
        ("departmental", "letter", "R6", "answer", "1 week", ("answer",)),
        ("departmental", "form", "R6", "answer", "1 week", ("answer",)),
        ("madison-hr", "email", "R1", "respond", "1 to 2 business days", ("answer", "acknowledgement")),
        ("madison-hr", "call", "R3", "respond", "24 to 48 hours", ("answer", "acknowledgement")),
        ("madison-hr", "voicemail", "R3", "respond", "24 to 48 hours", ("answer", "acknowledgement")),
        *(
            ("san-jose", channel, "R8", "respond", "1 business day", ("answer", "acknowledgement"))
            for channel in CHANNELS
        ),
    ],
)
def test_each_shipped_rule_promises_what_its_policy_says(standard, channel, rule, kind, count, met_by):
    (found,) = load_standard(standard).rules_for(channel)
    assert (found.id, found.kind, str(found.count), found.met_by) == (rule, kind, count, met_by)
    assert found.citation.startswith(load_standard(standard).source)
    assert found.says.endswith(".")
    assert found.audience == "everyone"


@pytest.mark.parametrize("standard", shipped())
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_has_a_rule(standard, channel):
    assert load_standard(standard).rules_for(channel)


def test_where_a_policy_names_no_time_the_default_says_that_it_is_one():
    (rule,) = load_standard("madison-hr").rules_for("letter")
    assert (rule.id, rule.kind, str(rule.count), rule.channels) == (
        "default",
        "respond",
        "2 business days",
        ("letter",),
    )
    assert "MAD names no time for this channel (letter): Replyby's default" in rule.citation
    assert "names no time" in rule.says
    assert "Replyby's own default" in rule.says


@pytest.mark.parametrize(("standard", "source"), [("williamson", "WIL"), ("marion", "MAR")])
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_policy_that_names_no_time_at_all_takes_the_default_on_every_channel(standard, source, channel):
    policy = load_standard(standard)
    assert policy.rules == ()
    (rule,) = policy.rules_for(channel)
    assert (rule.id, rule.kind, str(rule.count)) == ("default", "respond", "2 business days")
    assert rule.met_by == ("answer", "acknowledgement")
    assert rule.citation == f"{source} names no time for this channel ({channel}): Replyby's default"


def test_a_word_that_is_no_channel_is_refused():
    with pytest.raises(ValueError, match=r"'telegram' is no channel; there are email, call, .*chat"):
        load_standard("departmental").rules_for("telegram")


def test_an_unknown_name_is_refused_with_the_names_of_the_shipped_ones():
    with pytest.raises(
        ValueError, match=r"no standard called 'madison'\. Shipped are departmental, madison-hr"
    ):
        load_standard("madison")


def test_a_file_is_read_by_its_path_and_again_when_it_changes(written):
    first = written(GOOD)
    assert [one.id for one in first.rules] == ["P1", "P2"]
    assert (first.rules[1].count.unit, first.rules[1].count.aim, first.rules[1].count.due) == (
        "elapsed_hours",
        24,
        72,
    )
    assert written(GOOD) is first
    changed = written(GOOD.replace("business_hours = 4", "business_hours = 5"))
    assert changed.rules[0].count.due == 5
    assert changed.digest != first.digest
    assert len(first.digest) == 12


def test_a_policy_without_rules_leaves_every_channel_to_the_default(written):
    standard = written(GOOD.split("[[rule]]")[0])
    assert {standard.rules_for(channel)[0].id for channel in CHANNELS} == {"default"}


def test_a_shipped_standard_is_read_once():
    assert load_standard("departmental") is load_standard("departmental")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('title = "Permits, own times"\n', "", 1, "the standard has no title"),
        ("version = 1", "version = 1\ncolour = 3", 5, "unknown key 'colour'"),
        ("version = 1", 'version = "one"', 4, "version: input should be a valid integer"),
        ("version = 1", "version = 0", 4, "version: input should be greater than or equal to 1"),
        ("version = 1", "version =", 4, "Invalid value"),
        (
            'met_by = ["answer"]',
            'met_by = ["answer"]\nextension = { elapsed_hours = 72 }',
            23,
            "extension gives more time than the count, which is 24 to 72 elapsed hours",
        ),
        ('met_by = ["answer"]', 'met_by = ["answer"]\nextension = 3', 23, "extension is a table"),
        ('met_by = ["answer"]', 'met_by = ["answer"]\nextension_for = "x"', 23, "there is no extension"),
        ('met_by = ["answer"]', 'met_by = ["answer"]\nexcused_by = ["mood"]', 23, "'mood' is not one of"),
        (GOOD[GOOD.index("[[rule]]") :], "rule = [1]", 6, "rule"),
        (GOOD[GOOD.index("[[rule]]") :], "[[rules]]", 6, "unknown key 'rules'"),
        ('citation = "Permits desk, 2"\n', "", 15, "rule P2 has no citation"),
        ('citation = "Permits desk, 2"', 'citation = " "', 17, "citation is empty"),
        ('id = "P2"\n', "", 15, "rule 2 has no id"),
        ('id = "P2"', 'id = "P1"', 16, "two rules have the id P1"),
        (
            'kind = "answer"',
            'kind = "reply"',
            20,
            "kind: 'reply' is not one of 'respond', 'answer', 'promise'",
        ),
        ('kind = "answer"', 'kind = "answer"\npriority = 1', 21, "unknown key 'priority'"),
        (
            'channels = ["letter"]',
            'channels = ["telegram"]',
            19,
            "channels: 'telegram' is not one of 'email', ",
        ),
        ('channels = ["letter"]', "channels = []", 19, "channels is empty"),
        ('channels = ["letter"]', 'channels = "letter"', 19, "channels: input should be a valid tuple"),
        ('met_by = ["answer"]', 'met_by = ["acknowledgement"]', 22, "met_by must name the answer"),
        ('met_by = ["answer"]', 'met_by = ["answer", "acknowledgement"]', 22, "met by an answer alone"),
        ('met_by = ["answer"]', 'met_by = ["smile"]', 22, "met_by: 'smile' is not one of"),
        ("{ elapsed_hours = [24, 72] }", "{ }", 21, "count needs exactly one of business_days, "),
        (
            "{ elapsed_hours = [24, 72] }",
            "{ weeks = 1, business_days = 1 }",
            21,
            "count needs exactly one of",
        ),
        ("{ elapsed_hours = [24, 72] }", "3", 21, "count is a table, such as count = { business_days = 1 }"),
        ("elapsed_hours = [24, 72]", "fortnights = 1", 21, "unknown key 'fortnights'"),
        ("elapsed_hours = [24, 72]", "elapsed_hours = [72, 24]", 21, "its aim comes no later than its due"),
        ("elapsed_hours = [24, 72]", "elapsed_hours = [24]", 21, "a whole number, or two of them"),
        ("elapsed_hours = [24, 72]", "elapsed_hours = 0", 21, "elapsed_hours counts from 1 up"),
        ("elapsed_hours = [24, 72]", "elapsed_hours = -24", 21, "elapsed_hours counts from 1 up"),
        ("elapsed_hours = [24, 72]", "elapsed_hours = 1.5", 21, "elapsed_hours is a whole number"),
        ("elapsed_hours = [24, 72]", "elapsed_hours = true", 21, "elapsed_hours is a whole number"),
        ("elapsed_hours = [24, 72]", 'elapsed_hours = "24"', 21, "elapsed_hours is a whole number"),
        ("elapsed_hours = [24, 72]", "clock_hours = [24, 36]", 21, "clock_hours come in twenty-fours"),
        ("elapsed_hours = [24, 72]", "weeks = [1, 2]", 21, "weeks is one whole number"),
        (
            "elapsed_hours = [24, 72]",
            "business_days = 5000",
            21,
            "business_days goes up to 260, about a year",
        ),
    ],
)
def test_a_fault_is_told_by_file_line_and_reason(written, tmp_path, old, new, line, reason):
    assert old in GOOD
    with pytest.raises(ValueError, match=r".") as refused:
        written(new.join(GOOD.rsplit(old, 1)))
    said = str(refused.value)
    assert said.startswith(f"{tmp_path / 'permits.toml'}, line {line}: ")
    assert reason in said
    assert said.endswith(".")
    assert "\n" not in said


def test_several_faults_are_told_together_each_on_its_line(written):
    with pytest.raises(ValueError, match=r".") as refused:
        written(
            GOOD.replace('citation = "Permits desk, 1"\n', "")
            .replace('kind = "respond"\n', "")
            .replace("[24, 72]", "0")
        )
    assert [line.split("permits.toml, ")[1] for line in str(refused.value).splitlines()] == [
        "line 6: rule P1 has no citation.",
        "line 6: rule P1 has no kind.",
        "line 19: elapsed_hours counts from 1 up, and its aim comes no later than its due.",
    ]


def test_a_count_in_a_table_of_its_own_is_read_and_its_faults_are_found(written):
    own = GOOD.replace("count = { elapsed_hours = [24, 72] }\n", "") + "[rule.count]\nelapsed_hours = 3\n"
    assert written(own).rules[1].count.due == 3
    with pytest.raises(ValueError, match=r"line 23: elapsed_hours counts from 1 up"):
        written(own.replace("= 3", "= 0"))


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path):
    path = tmp_path / "permits.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"permits\.toml: this is not a text in UTF-8"):
        load_standard(path)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"business_days": 1}, "1 business day"),
        ({"business_days": (1, 2)}, "1 to 2 business days"),
        ({"clock_hours": [24, 48]}, "24 to 48 hours"),
        ({"weeks": 1}, "1 week"),
        ({"business_hours": 4}, "4 business hours"),
        ({"elapsed_hours": 36}, "36 elapsed hours"),
    ],
)
def test_a_count_can_be_said_in_words(given, said):
    assert str(Count.model_validate(given)) == said


def test_a_rule_cannot_be_changed():
    (rule,) = load_standard("departmental").rules_for("email")
    with pytest.raises(ValueError, match="frozen"):
        rule.id = "R9"
    assert isinstance(rule, Rule)


def test_a_standard_may_have_a_plan_of_reminders_and_without_one_the_usual_holds(written):
    assert written(GOOD).plan == USUAL
    own = written(
        GOOD.replace("version = 1", 'version = 1\nreminders = ["Supervisor", "due", "2 hours before"]')
    )
    assert own.reminders == ("2 business hours before", "due", "supervisor")
    assert [one.name for one in own.plan] == ["before-120", "due", "supervisor"]
    assert own.digest != written(GOOD).digest


def test_a_plan_of_reminders_is_inherited_until_there_is_another(written, tmp_path):
    head = GOOD.replace("version = 1", 'version = 1\nreminders = ["due", "supervisor"]')
    (tmp_path / "base.toml").write_text(head)
    heir = 'name = "heir"\ntitle = "Heir"\nsource = "H"\nversion = 1\nextends = "base.toml"\n'
    assert written(heir).reminders == ("due", "supervisor")
    assert written(f'{heir}reminders = ["late", "supervisor"]').reminders == ("late", "supervisor")


@pytest.mark.parametrize(
    ("reminders", "reason"),
    [
        ('["due"]', "reminders: a plan has “supervisor”: somebody hears of what was missed"),
        ('["at dawn", "supervisor"]', "reminders: “at dawn” is no reminder; there are half"),
        ('["99 hours before", "supervisor"]', "reminders: “99 hours before”: reminders lie 1 to 40"),
    ],
)
def test_a_faulty_plan_of_reminders_is_told_by_file_line_and_reason(written, reminders, reason):
    with pytest.raises(ValueError, match=r"permits\.toml, line 5: ") as refused:
        written(GOOD.replace("version = 1", f"version = 1\nreminders = {reminders}"))
    assert reason in str(refused.value)
