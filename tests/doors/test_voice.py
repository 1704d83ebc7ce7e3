"""A fact is only ever words: every dialect shows it as it was typed, and it makes no markup and no line."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import DictLoader, TemplateNotFound
from markdown_it import MarkdownIt

from bot.dialects import clean
from bot.layout import Items, Paragraph, Quote, Said
from bot.plain import to_text
from bot.voice import MissingWordError, Voice


class Choice(NamedTuple):
    label: str
    words: str


EVERYWHERE = """
{% macro line(word) %}
- {{ word }}
{% endmacro %}
{% block title %}
{{ fact }}
{% endblock %}
{% block body %}
{{ fact }}
{{ fact }} between {{ fact }}

{{ line(fact) }}
- “{{ fact }}”, ({{ fact }}), then
{% filter quoted %}
{% trans what=fact %}About {{ what }} we say{% endtrans %}

{{ fact }}
{% endfilter %}
{% endblock %}
{% block fields %}
About: {{ fact }}
{% endblock %}
{% block note %}
{{ fact }}
{% endblock %}
"""
DIALECTS = ("slack", "teams", "plain", "html")
TRICKS = [
    "\n", "\r\n- ", "\n> ", "\t", "\x00", "\x02", "\x1b[31m", "\u202e", "\u2066", "\u200b", "\ufeff",
    "\u2028", "\ud800", "*", "**", "_", "__", "~~", "`", "```", "\\", "[", "](", ")", "![x](http://x.test)",
    "<", ">", "&", "&amp;", "&lt;", "#", "# ", "- ", "+ ", "1. ", "1) ", "---", "===", "| a | b |", "|---|",
    "<!channel>", "<@U1>", "<#C1>", "<at>Sam</at>", "https://evil.test/a_b_c?d=1&e=2",
    "<https://evil.test|safe>", "[safe](https://evil.test)", "<javascript:x>", "{{", "}}",
    "{{DATE(2026-03-03T17:00:00Z,SHORT)}}", "{% raw %}", "%(x)s", "%", ": ", " ", "a", "7", ":tada:",
]  # fmt: skip
facts = st.lists(st.one_of(st.sampled_from(TRICKS), st.characters()), max_size=12).map("".join)
visible = MarkdownIt("js-default")


def voice(dialect: str, templates: Mapping[str, str], zone: str = "America/Chicago") -> Voice:
    loader = DictLoader({f"{name}.j2": text for name, text in templates.items()})
    return Voice(loader, dialect, zone, lambda survey: f"https://desk.test/survey/{survey}")


VOICES = {dialect: voice(dialect, {"everywhere": EVERYWHERE}) for dialect in DIALECTS}


def say(dialect: str, body: str, zone: str = "America/Chicago", **known: Any) -> str:
    """The body's text, for a body that is one paragraph."""
    templates = {"it": f"{{% block body %}}\n{body}\n{{% endblock %}}"}
    (part,) = voice(dialect, templates, zone).say("it", known).body
    assert isinstance(part, Paragraph)
    return part.text


def texts(said: Said) -> list[str]:
    found = [said.title]
    for part in said.body:
        match part:
            case Paragraph(text):
                found += text.split("\n")
            case Items(items):
                found += items
            case Quote(lines):
                found += lines
    return [*found, *(word for pair in said.fields for word in pair), *said.note]


def read_markdown(text: str) -> str:
    """What a reader of the Markdown sees. Fails when it holds any markup."""
    tokens = visible.parse(text)
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"]), text
    parts = [child for token in tokens for child in token.children or ()]
    assert {part.type for part in parts} <= {"text"}, text
    return "".join(part.content for part in parts)


def read_slack(text: str) -> str:
    assert "<" not in text
    assert ">" not in text
    assert not re.search("&(?!amp;|lt;|gt;)", text)
    assert not text.startswith("&gt;")
    return text.replace("\u2060", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@given(facts)
@example("> quoted")
@example("[a](b)")
@example("a]")
@example("\\")
@example("&copy;")
def test_a_fact_is_seen_in_every_dialect_as_it_was_typed_and_nowhere_makes_markup(fact: str) -> None:
    seen = clean(fact)
    plain = VOICES["plain"].say("everywhere", {"fact": fact})
    slack = VOICES["slack"].say("everywhere", {"fact": fact})
    teams = VOICES["teams"].say("everywhere", {"fact": fact})
    assert [text.strip() for text in map(read_markdown, texts(teams))] == [
        text.strip() for text in texts(plain)
    ]
    assert slack.title == plain.title == seen
    assert [read_slack(text) for text in texts(slack)[1:]] == texts(plain)[1:]
    assert plain.fields == (("About", seen or "not given"),)
    assert plain.note == ((seen,) if seen else ())


@given(facts)
def test_no_fact_changes_the_shape_of_a_message(fact: str) -> None:
    for speaking in VOICES.values():
        said = speaking.say("everywhere", {"fact": f"x{fact}"})
        assert [type(part) for part in said.body] == [Paragraph, Items, Quote]
        paragraph, items, quote = said.body
        assert isinstance(paragraph, Paragraph)
        assert isinstance(items, Items)
        assert isinstance(quote, Quote)
        assert (paragraph.text.count("\n"), len(items.items), len(quote.lines), len(said.note)) == (
            1,
            2,
            3,
            1,
        )


@given(facts)
def test_a_fact_at_the_start_of_a_line_is_no_list_item_and_no_quotation(fact: str) -> None:
    for start in ("- ", "> ", ">", "-"):
        said = VOICES["plain"].say("everywhere", {"fact": start + fact})
        assert isinstance(said.body[0], Paragraph)
        assert said.body[0].text.startswith(start.strip())


@given(facts)
def test_plain_text_holds_no_control_character(fact: str) -> None:
    text = to_text(VOICES["plain"].say("everywhere", {"fact": fact}), width=10**6)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)
    text.encode()


@given(facts)
def test_html_holds_no_tag_or_quotation_mark_of_a_fact(fact: str) -> None:
    assert not re.search("[<>\"']", "".join(texts(VOICES["html"].say("everywhere", {"fact": fact}))))


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("a\nb\t c", "a b c"),
        ("  a  ", "a"),
        ("in\u202ereverse", "inreverse"),
        ("bell\x07", "bell"),
        (
            "\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645",
            "\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645",
        ),
        ("\ud800", ""),
    ],
)
def test_a_fact_is_one_line_of_what_can_be_seen(typed: str, seen: str) -> None:
    assert clean(typed) == seen


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        ("jane_doe@example.gov", "jane_doe@example.gov"),
        ("608-555-0133", "608-555-0133"),
        ("R&D", "R&D"),
        ("3 * 4 = 12", "3 * 4 = 12"),
        ("C:\\Users", "C:\\Users"),
        ("form (2 pages)", "form (2 pages)"),
        ("*urgent*", "\\*urgent\\*"),
        ("2. floor", "2\\. floor"),
        ("{{DATE(2026-03-03T17:00:00Z,SHORT)}}", "{\\{DATE(2026-03-03T17:00:00Z,SHORT)}}"),
        ("[safe](https://evil.test)", "\\[safe\\]\\(https://evil.test)"),
    ],
)
def test_teams_gets_a_backslash_only_where_markdown_would_read_a_sign(fact: str, written: str) -> None:
    assert say("teams", "{{ fact }}", fact=fact) == written


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "wanted",
    [
        "{{ other }}",
        "{{ other | bold }}",
        "{{ other | when }}",
        "{{ other | day }}",
        "{{ other | survey_link }}",
        "{{ fact.other }}",
        "{% if other %}x{% endif %}",
        "{% trans other=other %}{{ other }}{% endtrans %}",
        "{{ cycler }}",
    ],
)
def test_a_missing_fact_is_an_error_and_never_a_blank(dialect: str, wanted: str) -> None:
    with pytest.raises(MissingWordError, match="it: "):
        say(dialect, wanted, fact={})


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "wanted",
    [
        "{{ fact }}",
        "{{ fact | bold }}",
        "{{ fact | when }}",
        "{{ [fact] | join }}",
        "{% trans fact=fact %}{{ fact }}{% endtrans %}",
    ],
)
def test_none_may_be_asked_about_but_not_printed(dialect: str, wanted: str) -> None:
    assert say(dialect, "{% if fact is none %}nothing{% endif %}", fact=None) == "nothing"
    with pytest.raises(MissingWordError):
        say(dialect, wanted, fact=None)


@pytest.mark.parametrize("fact", [True, [1], {"a": 1}])
def test_only_words_and_numbers_are_printed(fact: object) -> None:
    with pytest.raises(TypeError, match="prints words and numbers"):
        say("plain", "{{ fact }}", fact=fact)


def test_a_template_that_would_lose_words_is_refused() -> None:
    for text, complaint in [("{% block titel %}x{% endblock %}", "titel"), ("Hello", "outside the blocks")]:
        with pytest.raises(ValueError, match=complaint):
            voice("plain", {"it": text}).say("it", {})
    with pytest.raises(TemplateNotFound):
        voice("plain", {}).say("it", {})


# What a dialect makes of a fact, and of the same fact when it stands out.
ESCAPED = {
    "slack": ("A&amp;B &lt;b&gt; *c", "A&amp;B &lt;b&gt;"),
    "teams": ("A&B \\<b> \\*c", "A&B \\<b>"),
    "plain": ("A&B <b> *c", "A&B <b>"),
    "html": ("A&amp;B &lt;b&gt; *c", "A&amp;B &lt;b&gt;"),
}
BOLD = {"slack": "*{}*", "teams": "**{}**", "plain": "{}", "html": "<strong>{}</strong>"}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "body",
    [
        "{{ fact }}",
        "{% trans fact=fact %}{{ fact }}{% endtrans %}",
        "{% trans %}{{ fact }}{% endtrans %}",
        "{% trans many=2, fact=fact %}one {{ fact }}{% pluralize %}{{ fact }}{% endtrans %}",
        '{% trans "letter" fact=fact %}{{ fact }}{% endtrans %}',
        '{{ _("%(fact)s", fact=fact) }}',
        '{{ ["A&B", "<b>", "*c"] | join(" ") }}',
        '{% for one in ["A&B", "<b>", "*c"] %}{{ one }}{{ " " if not loop.last }}{% endfor %}',
        "{% set same %}{{ fact }}{% endset %}{{ same }}",
        "{% macro same() %}{{ fact }}{% endmacro %}{{ same() }}",
        '{% filter replace("#", "") %}#{{ fact }}{% endfilter %}',
        '{{ "A&B <b> *c" }}',
    ],
)
def test_a_fact_is_escaped_exactly_once(dialect: str, body: str) -> None:
    assert say(dialect, body, fact="A&B <b> *c") == ESCAPED[dialect][0]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "body",
    [
        "{{ fact | bold }}",
        "{{ fact | person }}",
        "{% trans who=fact | bold %}{{ who }}{% endtrans %}",
        '{{ [fact | bold] | join(", ") }}',
        "{% set same %}{{ fact }}{% endset %}{{ same | bold }}",
    ],
)
def test_what_a_filter_has_spoken_is_not_escaped_again(dialect: str, body: str) -> None:
    assert say(dialect, body, fact="A&B <b>") == BOLD[dialect].format(ESCAPED[dialect][1])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_changed_words_are_escaped_again_rather_than_trusted(dialect: str) -> None:
    assert "<" not in say(dialect, '{{ (fact | link("x")) ~ "!" }}', fact="https://a.test").replace(
        "\\<", ""
    ).replace("x (", "")


@pytest.mark.parametrize(
    ("instant", "short", "long"),
    [
        ("2026-03-03T23:00:00+00:00", "Tue 2026-03-03 17:00 CST", "Tuesday, March 3, 2026 at 5:00 PM"),
        ("2026-03-08T07:59:59+00:00", "Sun 2026-03-08 01:59 CST", "Sunday, March 8, 2026 at 1:59 AM"),
        ("2026-03-08T08:00:00+00:00", "Sun 2026-03-08 03:00 CDT", "Sunday, March 8, 2026 at 3:00 AM"),
        ("2026-03-09T17:00:00Z", "Mon 2026-03-09 12:00 CDT", "Monday, March 9, 2026 at 12:00 PM"),
        ("2026-03-10T00:05:00-05:00", "Tue 2026-03-10 00:05 CDT", "Tuesday, March 10, 2026 at 12:05 AM"),
    ],
)
def test_an_instant_is_told_in_the_zone_of_the_office(instant: str, short: str, long: str) -> None:
    for dialect in ("teams", "plain", "html"):
        assert say(dialect, "{{ it | when }}", it=instant) == short
    for dialect in DIALECTS:
        assert say(dialect, "{% trans at=it | long_when %}{{ at }}{% endtrans %}", it=instant) == long


def test_slack_gets_the_instant_itself_with_its_weekday_and_the_words_to_fall_back_on() -> None:
    told = say("slack", "{{ it | when }}", it="2026-03-03T23:00:00+00:00")
    assert told == "<!date^1772578800^{date_long} at {time}|Tue 2026-03-03 17:00 CST>"


def test_a_date_keeps_its_weekday() -> None:
    for dialect in DIALECTS:
        assert say(dialect, "{{ it | day }}", it="2026-03-09") == "Mon 2026-03-09"
        assert say(dialect, "{{ it | long_day }}", it="2026-03-09") == "Monday, March 9, 2026"
        assert say(dialect, "{{ it | day }}", it="2026-03-10T04:59:00+00:00") == "Mon 2026-03-09"


def test_a_naive_or_unreadable_instant_is_refused() -> None:
    for instant in ("2026-03-09T17:00:00", "soon"):
        with pytest.raises(ValueError, match=r"naive|Invalid isoformat"):
            say("plain", "{{ it | when }}", it=instant)


def test_voices_of_two_zones_share_a_template_and_not_the_zone() -> None:
    loader = DictLoader({"it.j2": '{% block title %}{{ "2026-03-03T23:00:00Z" | when }}{% endblock %}'})
    zones = [Voice(loader, "plain", zone, str) for zone in ("America/Chicago", "Pacific/Honolulu")]
    assert [speaking.say("it", {}).title for speaking in zones] == [
        "Tue 2026-03-03 17:00 CST",
        "Tue 2026-03-03 13:00 HST",
    ]


@pytest.mark.parametrize(
    ("dialect", "named", "bare"),
    [
        ("slack", "<https://a.test/(x)?b=1&amp;c=2|R&amp;D>", "<https://desk.test/survey/7>"),
        (
            "teams",
            "[R&D](https://a.test/%28x%29?b=1&c=2)",
            "[https://desk.test/survey/7](https://desk.test/survey/7)",
        ),
        ("plain", "R&D (https://a.test/%28x%29?b=1&c=2)", "https://desk.test/survey/7"),
        (
            "html",
            '<a href="https://a.test/%28x%29?b=1&amp;c=2">R&amp;D</a>',
            '<a href="https://desk.test/survey/7">https://desk.test/survey/7</a>',
        ),
    ],
)
def test_our_own_links_are_live(dialect: str, named: str, bare: str) -> None:
    address = "https://a.test/(x)?b=1&c=2"
    assert say(dialect, "{{ url | link(name) }}", url=address, name="R&D") == named.replace("(x)", "%28x%29")
    for survey in ("7", 7):
        assert say(dialect, "{{ survey | survey_link }}", survey=survey) == bare


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.test", "https:", "mailto:a@b.test", "https://a.test/\n> x"]
)
def test_only_http_and_https_addresses_become_links(url: str) -> None:
    for dialect in DIALECTS:
        with pytest.raises(ValueError, match="http or https"):
            say(dialect, "{{ url | link }}", url=url)


def test_a_body_is_read_line_by_line() -> None:
    body = """
{% block body %}
One
{% if true %}
two
{% endif %}
  three{% if true %}, four{% endif %}
{# unseen #}

{% for word in words %}
- {{ word }}

{% endfor %}
Then
{% filter quoted %}

Dear {{ words[0] }},

{% if true %}
bye
{% endif %}
{% endfilter %}

> alone
{% endblock %}
"""
    said = voice("plain", {"it": body}).say("it", {"words": ["a", "b"]})
    assert said.body == (
        Paragraph("One\ntwo\nthree, four"),
        Items(("a", "b")),
        Paragraph("Then"),
        Quote(("Dear a,", "", "bye")),
        Quote(("alone",)),
    )


def test_a_field_is_parted_at_its_first_colon_and_an_empty_one_says_so() -> None:
    text = "{% block fields %}Due: at 17:00: sharp\n\nContact: {{ empty }}{% endblock %}"
    said = voice("plain", {"it": text}).say("it", {"empty": "\x00"})
    assert said.fields == (("Due", "at 17:00: sharp"), ("Contact", "not given"))
    with pytest.raises(ValueError, match="Label: value"):
        voice("plain", {"it": "{% block fields %}No label{% endblock %}"}).say("it", {})


def test_templates_may_import_include_and_extend() -> None:
    templates = {
        "parts": "{% macro due(at) %}due {{ at | when }}{% endmacro %}",
        "words": "Hello {{ name }}",
        "base": "{% block title %}Base{% endblock %}{% block note %}of {{ name }}{% endblock %}",
        "it": '{% extends "base.j2" %}{% from "parts.j2" import due %}{% set mine = name | upper %}'
        "{% block title %}{{ super() }} {{ mine }}{% endblock %}"
        '{% block body %}{% include "words.j2" %}, {{ due(at) }}{% endblock %}',
    }
    said = voice("teams", templates).say("it", {"name": "a*b", "at": "2026-03-03T23:00:00Z"})
    assert said.title == "Base A\\*B"
    assert said.body == (Paragraph("Hello a\\*b, due Tue 2026-03-03 17:00 CST"),)
    assert said.note == ("of a\\*b",)


def test_plain_text_wraps_what_is_read_and_keeps_what_is_copied() -> None:
    long = "word " * 20 + "https://desk.test/" + "x" * 60
    said = Said(
        "INQ-1 is due",
        (Paragraph("Two:"), Items((long,)), Quote((long, "", "Dana"))),
        (("Due", long),),
        ("A note.",),
    )
    text = to_text(
        said, [Choice("Answered", "inquiry answer INQ-1"), Choice("Show", "inquiry show INQ-1")], width=60
    )
    lines = text.split("\n")
    assert lines[:4] == [
        "INQ-1 is due",
        "",
        "Two:",
        "  - word word word word word word word word word word word",
    ]
    assert f"  | {long}\n  |\n  | Dana" in text
    assert "  Due    word" in text
    assert text.endswith("A note.\n\nYou can say: inquiry answer INQ-1 · inquiry show INQ-1")
    assert all(len(line) <= 60 or "https://" in line for line in lines)
    assert to_text(said, [Choice("a", "x" * 50), Choice("b", "y" * 50)], 60).endswith(
        f"\n{' ' * 13}{'y' * 50}"
    )
