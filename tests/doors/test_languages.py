"""Reminders and the digest in the reader's language: whole, in every dialect, and English where it ends."""

import re
from dataclasses import replace
from gettext import NullTranslations

import pytest
from babel.messages.pofile import PoFileError, read_po

from bot import blocks, cards, languages
from bot.assemble import TEMPLATES
from bot.dialects import AT_THE_OFFICE, SLACK_DATE
from bot.languages import LABELS, SHOW_ONE, SPOKEN, WEEKDAY, catalogue, label
from bot.layout import CUT, NOT_GIVEN, Items, Paragraph, Quote, left_out
from bot.plain import OFFER, to_text
from bot.slack.line import Line
from bot.slack.sending import SlackSender
from bot.voice import Voice, _environment
from handlers.asking import Choice, Reply
from handlers.preferring import LANGUAGES
from models.outbox import Sending
from models.readers import Reader, readers
from models.staff import Address, Staff, remember_address
from models.telling import SNOOZE
from scheduler.timetable import tick
from tests.doors.fake_slack import BOT_TOKEN, TEAM
from tests.doors.reminders_told import BASE, clock, told
from tests.seeded import counted, seeded

DIALECTS = ("slack", "teams", "plain", "html")
OTHERS = sorted(set(LANGUAGES) - {"en"})
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
VOICES = {one: Voice(TEMPLATES, one, "America/Chicago", str) for one in DIALECTS}
EVERY = list(told())


def marked():
    """Every sentence that a catalogue translates: (context, sentence) or (context, sentence, plural)."""
    found = {(None, one) for one in (*LABELS, SHOW_ONE, SLACK_DATE, AT_THE_OFFICE, NOT_GIVEN, OFFER)}
    found |= {(WEEKDAY, day) for day in DAYS} | {(None, *CUT)}
    environment = _environment(str(TEMPLATES.resolve()), "plain")
    for name in ("_inquiry", *SPOKEN):
        for _, how, said in environment.extract_translations((TEMPLATES / f"{name}.j2").read_text()):
            words = (said,) if isinstance(said, str) else tuple(one for one in said if one is not None)
            assert how in ("gettext", "_", "ngettext")
            found.add((None, *words))
    return found


def entries(language):
    """What a catalogue holds: (context, sentence, …) -> translations."""
    with (languages.LOCALE / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language, abort_invalid=True)
    assert not [one.id for one in read if one.id and one.fuzzy]
    return {
        (one.context, *((one.id,) if isinstance(one.id, str) else one.id)): (
            (one.string,) if isinstance(one.string, str) else tuple(one.string)
        )
        for one in read
        if one.id
    }


def read(said):
    """Everything that a message says, as its dialect has it."""
    body = []
    for part in said.body:
        match part:
            case Paragraph(text):
                body.append(text)
            case Items(items):
                body += items
            case Quote(lines):
                body += lines
    return "\n".join([said.title, *body, *(one for pair in said.fields for one in pair), *said.note])


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_translates_every_sentence_and_no_other(language):
    there, wanted = entries(language), marked()
    assert sorted(map(str, wanted - set(there))) == [], "not translated"
    assert sorted(map(str, set(there) - wanted)) == [], "said nowhere"
    assert [key for key, said in there.items() if not all(said)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_placeholders_of_its_sentence(language):
    for (_, *sentences), translations in entries(language).items():
        for sentence, translation in zip(sentences, translations, strict=True):
            assert sorted(PLACEHOLDER.findall(translation)) == sorted(PLACEHOLDER.findall(sentence)), sentence
        words = catalogue(language)
        if len(sentences) == 1 and _ is None:
            assert words.gettext(sentences[0]) == translations[0], "left out when it was read"


def test_there_is_a_catalogue_for_each_language_that_may_be_preferred_and_for_no_other():
    assert sorted(path.stem for path in languages.LOCALE.iterdir()) == OTHERS


class Marks(NullTranslations):
    """Writes § for the letters of every sentence that is looked up: what is still read was never marked."""

    def gettext(self, message):
        return self.hidden(message)

    def ngettext(self, one, many, number):
        return self.hidden(one if number == 1 else many)

    def pgettext(self, context, message):
        return self.hidden(message)

    @staticmethod
    def hidden(message):
        kept = PLACEHOLDER.findall(message)
        between = [re.sub(r"[^\W\d_]", "§", one) for one in PLACEHOLDER.split(message)]
        return between[0] + "".join(map("".join, zip(kept, between[1:], strict=True)))


# What is told as it is: numbers, the zone, commands, the signs of a dialect.
AS_IT_IS = re.compile(
    r"INQ-\d|\bC[SD]T\b|/inquiry (?:mine|answer)|/desk team|<!date\^\d+\^\{date_long\}[^|]*|</?strong>|&\w+;"
)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_word_of_a_reminder_is_left_out_of_the_catalogues(dialect):
    voice = Voice(TEMPLATES, dialect, "America/Chicago", str)
    office = voice._offices["es"]
    voice._offices["es"] = replace(office, words=Marks())
    for template, facts in EVERY:
        text = AS_IT_IS.sub("", read(voice.say(template, facts, "es")))
        assert not re.findall(r"[A-Za-z]{2,}", text), (template, text)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_reminder_is_said_in_the_readers_language(language, dialect):
    english = {
        piece.strip(" ,.:;()…")
        for (_, *sentences), said in entries(language).items()
        for sentence in sentences
        for piece in PLACEHOLDER.split(sentence)
        if sentence not in said
    }
    ours = "|".join(sorted((re.escape(one) for one in english if len(one) > 2), key=len, reverse=True))
    left = re.compile(rf"(?<!\w)(?:{ours})(?!\w)")
    heard = set()
    for template, facts in EVERY:
        said = VOICES[dialect].say(template, facts, language)
        assert said.language == language
        text = AS_IT_IS.sub("", read(said)).replace("/inquiry prefer digest", "")
        assert not left.findall(text), (template, text)
        heard.add(template)
    assert heard == SPOKEN


@pytest.mark.parametrize(
    ("template", "facts", "words"),
    [
        (
            "due_soon",
            {"point": "leaving", "covers_then": "Lee Okafor"},
            "INQ-7 vence durante su ausencia Jane Doe, sobre un permiso. Cubre Lee Okafor. "
            "Plazo mar 2026-03-03 17:00 CST (responder) Cálculo 7 Norma 5, 6",
        ),
        (
            "due_now",
            {"covering_for": "Lee Okafor"},
            "INQ-7 vence ahora Jane Doe, sobre un permiso. En suplencia de Lee Okafor. "
            "Plazo mar 2026-03-03 17:00 CST (responder) Norma 5, 6",
        ),
    ],
)
def test_what_a_reader_of_spanish_is_told(template, facts, words):
    known = {
        **BASE,
        "customer": "Jane Doe",
        "subject": "un permiso",
        "next": {**clock("answer"), "aim": None},
    }
    said = VOICES["plain"].say(template, {**known, **facts}, "es")
    assert " ".join(to_text(said, width=500).split()) == words


def test_a_fact_is_as_safe_in_another_language():
    facts = {**BASE, "customer": "<!channel> %(x)s 5%", "subject": "*b*", "next": clock()}
    slack = VOICES["slack"].say("late", facts, "es").body[0]
    assert slack.text.startswith("*&lt;!channel&gt; %(x)s 5%*, sobre *b*. La respuesta")
    assert (
        "<strong>&lt;!channel&gt; %(x)s 5%</strong>" in VOICES["html"].say("late", facts, "es").body[0].text
    )


def test_slack_gets_its_date_in_the_words_of_the_language():
    said = VOICES["slack"].say("late", {**BASE, "next": clock()}, "es")
    assert said.fields[0][1].startswith("<!date^1772578800^{date_long}, {time}|mar 2026-03-03 17:00 CST>")


def test_what_is_not_translated_is_said_in_english_from_end_to_end():
    for voice in VOICES.values():
        facts = {"given": "INQ-9"}
        assert voice.say("unknown_inquiry", facts, "es") == voice.say("unknown_inquiry", facts)
        template, more = EVERY[0]
        assert voice.say(template, more, "fr") == voice.say(template, more, "en") == voice.say(template, more)
    assert catalogue("es").gettext("Nobody has translated this.") == "Nobody has translated this."
    assert catalogue("es").ngettext("one", "many", 2) == "many"


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.mark.parametrize(
    "translation", ["%(who)s vence", "%(number)d vence", "%(number) vence", "vence el 5 %", ""]
)
def test_a_translation_that_cannot_be_filled_leaves_the_english(tmp_path, translation):
    place = tmp_path / "es.po"
    good = 'msgid "Due soon:"\nmsgstr "Vencen pronto:"\n\n'
    bad = f'msgid "%(number)s is due soon"\nmsgstr "{translation}"\n'
    place.write_text(HEADER + good + bad)
    words = languages._read(place)
    assert words.gettext("Due soon:") == "Vencen pronto:"
    assert words.gettext("%(number)s is due soon") % {"number": 7} == "7 is due soon"


def test_a_catalogue_that_cannot_be_read_is_found_before_anything_is_said(tmp_path, monkeypatch):
    (tmp_path / "es.po").write_text(f"{HEADER}Vencen pronto\n")
    monkeypatch.setattr(languages, "LOCALE", tmp_path)
    catalogue.cache_clear()
    try:
        with pytest.raises(PoFileError):
            Voice(TEMPLATES, "plain", "America/Chicago", str)
    finally:
        catalogue.cache_clear()


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("Acknowledge", "Acusar recibo"),
        ("INQ-12: Hand over", "INQ-12: Transferir"),
        ("Show INQ-12", "Ver INQ-12"),
        ("Show", "Ver"),
        ("Grant until Tue 17:00", "Grant until Tue 17:00"),
    ],
)
def test_a_button_shows_the_readers_words_and_says_the_command(english, spanish):
    assert (label(english, "es"), label(english, "en")) == (spanish, english)
    said = VOICES["slack"].say(*EVERY[0], "es")
    [button] = blocks.to_blocks(said, [Choice(english, "inquiry ack INQ-12")])[-1]["elements"]
    assert (button["text"]["text"], button["value"]) == (spanish, "inquiry ack INQ-12")
    [action] = cards.to_card(said, [Choice(english, "inquiry ack INQ-12")])["body"][-1]["actions"]
    assert (action["title"], action["data"]["words"]) == (spanish, "inquiry ack INQ-12")
    assert to_text(said, [Choice(english, "inquiry ack")]).endswith("Se puede escribir: inquiry ack")


def test_a_message_that_was_cut_says_so_in_its_language():
    assert left_out(1, "es") == "… aquí falta 1 línea más."
    assert left_out(3, "es") == "… aquí faltan 3 líneas más."
    assert left_out(3) == "… 3 more lines are left out here."


def choose(office, *handles):
    for handle in handles:
        office.say(handle, "inquiry prefer language Spanish")


def test_each_hears_in_their_own_language_what_falls_due_together(either):
    choose(either, "dana")
    for subject in ("a permit", "a form"):
        either.say("dana", f"inquiry log email from Jane Doe about {subject}")
    either.until("Thursday 2026-03-05 17:00")
    spoken = {(letter.to.user, letter.template, letter.language) for letter in either.chat.letters}
    bundles = {(user, language) for user, template, language in spoken if template == "reminders"}
    assert bundles == {("dana", "es"), ("sam", "en"), ("alex", "en")}
    assert {language for user, _, language in spoken if user == "dana"} == {"es"}
    assert {language for user, _, language in spoken if user != "dana"} == {"en"}
    for letter in either.chat.letters:
        said = to_text(VOICES["plain"].say(letter.template, letter.facts, letter.language))
        assert ("requiere" in said or "venc" in said) == (letter.language == "es")
    # The button that a reader of Spanish presses says the command.
    letter = next(one for one in either.chat.letters if one.template == "reminders" and one.language == "es")
    answered = next(one for one in letter.choices if one["label"].endswith("Answered"))
    assert label(answered["label"], "es") == answered["label"].replace("Answered", "Respondida")
    assert either.say("dana", answered["words"]).template == "inquiry_answered"


def test_the_languages_of_all_that_is_claimed_are_looked_up_at_once(either):
    choose(either, "dana", "lee")
    for handle in ("dana", "lee", "sam"):
        either.say(handle, "inquiry log email from Jane Doe about a permit")
        either.say(handle, "inquiry remind me of INQ-1 Tue 9:00")
    with counted(either) as statements:
        either.tick("Tuesday 2026-03-03 09:00")
    asked = [one for one in statements if "preference.language" in one and "preference.staff_id IN" in one]
    assert len(either.chat.letters) > 1
    assert len(asked) <= 2, "one for each round of the delivery"


def test_the_digest_that_was_asked_for_is_in_the_speakers_language(either):
    choose(either, "dana")
    reply = either.say("dana", "inquiry digest")
    assert reply.language == "es"
    assert Reply.read(reply.kept()) == reply
    assert either.say("sam", "inquiry digest").language == "en"
    # A reply that was kept by an older Replyby has no language.
    assert Reply.read({"template": "digest", "facts": {}, "choices": []}).language == "en"
    said = VOICES["plain"].say(reply.template, reply.facts, reply.language)
    assert said.title == "Hoy, lun 2026-03-02: no tiene nada por vencer"


def test_an_address_speaks_the_language_of_whoever_it_belongs_to(either):
    choose(either, "dana")
    home, other = Address("slack", TEAM, "U0DANA"), Address("slack", "T0OTHER", "U0DANA")
    dana, sam = either.member("dana"), either.member("sam")
    with either.store.transaction() as db:
        remember_address(db, db.get_one(Staff, dana.id), home, either.now)
        remember_address(db, db.get_one(Staff, sam.id), other, either.now)
        known = readers(db, [dana.id, sam.id], [str(home), str(other), "email::x@y.test"])
    assert known == {dana.id: Reader("es"), str(home): Reader("es")}


async def test_an_edit_speaks_as_the_message_did(slack, database_url):
    line = Line(BOT_TOKEN, slack.api_url)
    senders = {"slack": SlackSender(line, VOICES["slack"])}
    with seeded(database_url) as office:
        choose(office, "dana")
        dana = office.member("dana")
        with office.store.transaction() as db:
            remember_address(db, db.get_one(Staff, dana.id), Address("slack", TEAM, "U0DANA"), office.now)
        office.say("dana", "inquiry log email from Jane Doe about a permit")
        await tick(office.store, senders, office.at("Tuesday 2026-03-03 13:00").now)
        [message] = slack.posted
        assert "INQ-1 vence pronto" in message["text"]
        shown = [one["text"]["text"] for one in message["blocks"][-1]["elements"]]
        assert shown == ["Acusar recibo", "Respondida", "Pausar", "Transferir", "Posponer 1 hora", "Ver"]
        office.say("dana", "inquiry answer INQ-1", "Tuesday 2026-03-03 13:05")
        await tick(office.store, senders, office.now)
        [message] = slack.posted
        assert "*Respondida* por Dana Whitfield, el mar 2026-03-03 13:05 CST." in message["text"]
        assert "INQ-1 vence pronto" in message["text"]
        assert [one["text"]["text"] for one in message["blocks"][-1]["elements"]] == ["Ver"]
        assert not office.owed(Sending.DEAD)
    await line.close()
    assert SNOOZE == 60, "the label says an hour"
