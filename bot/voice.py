"""One template, many voices: a template and its facts become words in the dialect of a place.

A template has up to four blocks (title, body, fields, note) and is written for no place in particular; the
line markup of its body is read in bot/layout.py. Facts are JSON, instants among them ISO 8601 with an offset.
Every printed fact is escaped unless a filter has spoken it, and what changes spoken words (`name|bold|upper`)
has them escaped again.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined, UndefinedError, pass_context
from jinja2.environment import Template
from jinja2.runtime import Context

from bot import dialects, layout
from bot.dialects import DIALECTS, Dialect, Spoken, present
from bot.languages import catalogue, language_of
from bot.layout import Said
from models.languages import LANGUAGES

BLOCKS = ("title", "body", "fields", "note")


@dataclass(frozen=True, slots=True)
class _Office:
    zone: ZoneInfo
    reader: ZoneInfo
    link: Callable[[str], str]
    words: NullTranslations


# Whose words are being said: the environments are shared, and a macro sees no context of its caller.
_office: ContextVar[_Office] = ContextVar("office")


class MissingWordError(Exception):
    """A template asks for a word that its facts do not hold."""


class Voice:
    """Speaks templates in one dialect.

    templates is a directory or a Jinja loader; dialect is "slack", "teams", "plain" or "html"; zone is the
    office's (an IANA name); link makes the survey's address from its id. Raises KeyError for an unknown
    dialect and zoneinfo.ZoneInfoNotFoundError for an unknown zone.
    """

    def __init__(
        self, templates: str | Path | BaseLoader, dialect: str, zone: str, link: Callable[[str], str]
    ) -> None:
        place = templates if isinstance(templates, BaseLoader) else str(Path(templates).resolve())
        self._body = _environment(place, dialect)
        self._heading = _environment(place, DIALECTS[dialect].heading)
        # Every catalogue is read here, so that one that cannot be read is found before anything is said.
        office = ZoneInfo(zone)
        self._offices = {one: _Office(office, office, link, catalogue(one)) for one in LANGUAGES}

    def say(
        self, template: str, facts: Mapping[str, object], language: str = "en", zone: str | None = None
    ) -> Said:
        """The message templates/TEMPLATE.j2 with these facts.

        language: the reader's; the message is in English where nothing of that language is known of it.
        zone: the reader's, where it is not the office's: instants are told in it, the office's time beside.
        Raises MissingWordError for a fact that is absent, or is None where it is printed; ValueError or
        TypeError for a template that breaks the rules; jinja2.TemplateNotFound.
        """
        language = language_of(template, language)
        office = self._offices[language]
        if zone is not None:
            office = replace(office, reader=_zone(zone) or office.zone)
        token = _office.set(office)
        try:
            said = _blocks(self._body, template, facts, BLOCKS if self._body is self._heading else BLOCKS[1:])
            if self._body is not self._heading:
                said |= _blocks(self._heading, template, facts, BLOCKS[:1])
        except UndefinedError as missing:
            raise MissingWordError(f"{template}: {missing.message}") from missing
        finally:
            _office.reset(token)
        return Said(
            title=layout.one_line(said["title"]),
            body=layout.parts(said["body"]),
            fields=layout.fields(said["fields"], office.words.gettext(layout.NOT_GIVEN)),
            note=layout.lines(said["note"]),
            language=language,
        )


_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}")


class _Environment(Environment):
    # Sentences to be translated are filled by dialects.sentences, not by Jinja.
    newstyle_gettext = True

    # What a {% set %} block, a macro or super() gives has been escaped piece by piece: it is spoken.
    @staticmethod
    def concat(pieces: Iterable[str]) -> Spoken:
        return Spoken("".join(pieces))

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """A line of nothing but tags vanishes; trim_blocks would glue a line ending in a tag to the next."""
        return super().preprocess("\n".join(map(_keeping_its_end, source.splitlines())), name, filename)


def _keeping_its_end(line: str) -> str:
    words = _TAG.sub("", line).strip()
    inline = words and "%}" not in words and line[-2:] in ("%}", "#}") and line[-3] not in "+-"
    return f"{line[:-2]}+{line[-2:]}" if inline else line


def _blocks(
    environment: Environment, name: str, facts: Mapping[str, object], wanted: Iterable[str]
) -> dict[str, str]:
    """The wanted blocks of a template, rendered; an absent block is empty."""
    context = _template(environment, name).new_context(dict(facts))
    # The root runs for what it sets and imports, with silent blocks; those are rendered one by one below.
    for block in BLOCKS:
        context.blocks.setdefault(block, []).insert(0, lambda _: iter(()))
    if "".join(_template(environment, name).root_render_func(context)).strip():
        raise ValueError(f"{name}: words stand outside the blocks, where nobody would read them.")
    return {block: "".join("".join(say(context)) for say in context.blocks[block][1:2]) for block in wanted}


@cache
def _template(environment: Environment, name: str) -> Template:
    template = environment.get_template(f"{name}.j2")
    strange = sorted(set(template.blocks) - set(BLOCKS))
    if strange:
        raise ValueError(f"{name}: no voice reads a block named {', '.join(strange)}.")
    return template


@cache
def _environment(place: str | BaseLoader, name: str) -> Environment:
    """One environment a place and dialect, shared by all voices, so that each template is compiled once."""
    dialect = DIALECTS[name]
    environment = _Environment(
        loader=FileSystemLoader(place) if isinstance(place, str) else place,
        undefined=StrictUndefined,
        finalize=dialect.spoken,
        autoescape=False,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # Jinja's other globals would stand in for a missing fact of the same name.
    for word in ("lipsum", "cycler", "dict", "joiner"):
        del environment.globals[word]
    environment.globals.update(dialects.sentences(dialect, lambda: _office.get().words))
    environment.filters.update(_filters(dialect))
    return environment


def _filters(dialect: Dialect) -> dict[str, Callable[..., Any]]:
    """What templates may do with a fact. long_day and long_when stay plain, for translated sentences."""

    def bold(value: object) -> Spoken:
        return dialect.bolded(value)

    def link(url: object, words: object = "") -> Spoken:
        return dialect.linked(str(present(url)), dialect.spoken(words))

    # What depends on the office asks for the context, or Jinja would reckon a constant out once for all.
    @pass_context
    def survey_link(_: Context, survey: object, words: object = "") -> Spoken:
        return link(_office.get().link(str(present(survey))), words)

    @pass_context
    def when(_: Context, instant: object) -> Spoken:
        office, there = _office.get(), _local(instant)
        here = there.astimezone(office.reader)
        if here.utcoffset() == there.utcoffset():
            return Spoken(dialect.when(there, office.words))
        beside = dialects.beside(there, here.date(), office.words)
        return Spoken(f"{dialect.when(here, office.words)} {dialect.escape(beside)}")

    @pass_context
    def day(_: Context, value: object) -> Spoken:
        return dialect.spoken(dialects.short_day(_date(value), _office.get().words))

    @pass_context
    def long_day(_: Context, value: object) -> str:
        return dialects.long_day(_date(value))

    @pass_context
    def long_when(_: Context, instant: object) -> str:
        return dialects.long_moment(_local(instant))

    def quoted(draft: object) -> Spoken:
        words = dialect.spoken(draft).strip()
        return Spoken("".join(f"> {line.strip()}".rstrip() + "\n" for line in words.split("\n")))

    def join(values: Iterable[object], between: object = "") -> Spoken:
        # The template's own words stand between, so their spaces and line ends stay.
        words = between if isinstance(between, Spoken) else dialect.escape(str(present(between)))
        return Spoken(words.join(dialect.spoken(value) for value in values))

    return {
        "bold": bold, "person": bold, "link": link, "survey_link": survey_link, "when": when, "day": day,
        "long_day": long_day, "long_when": long_when, "quoted": quoted, "join": join,
    }  # fmt: skip


@cache
def _zone(name: str) -> ZoneInfo | None:
    """None for a zone that this machine does not know: the office's stands in."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _local(instant: object) -> datetime:
    """An instant in the office's zone. Raises ValueError for a naive one."""
    moment = datetime.fromisoformat(str(present(instant)))
    if moment.utcoffset() is None:
        raise ValueError(f"A naive datetime is no instant: {instant}")
    return moment.astimezone(_office.get().zone)


def _date(value: object) -> date:
    """An ISO date, or the date of an instant in the office's zone."""
    text = str(present(value))
    return _local(text).date() if "T" in text else date.fromisoformat(text)
