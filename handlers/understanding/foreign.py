"""Days as people write them in other languages: put into the English that handlers/days.py reads.

dateparser knows the words. It is asked only for words that we know to be of a day: it is eager, and would
read "a" as a month.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from handlers.days import MONTHS, WEEKDAYS
from handlers.understanding.here import Here

LANGUAGES = ["es", "fr", "de", "pt", "vi", "zh"]

_WEEKDAYS = """
    lunes martes miércoles miercoles jueves viernes sábado sabado domingo
    lundi mardi mercredi jeudi vendredi samedi dimanche
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
    segunda-feira terça-feira terca-feira quarta-feira quinta-feira sexta-feira
    segunda terça quarta quinta sexta
"""
_MONTHS = """
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
    janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre décembre decembre
    januar februar märz maerz juni juli oktober dezember
    janeiro fevereiro março marco maio junho julho setembro outubro novembro dezembro
"""
_NEARBY = """
    hoy mañana manana ayer anteayer aujourd'hui demain hier après-demain apres-demain avant-hier
    heute morgen gestern übermorgen uebermorgen vorgestern hoje amanhã amanha ontem anteontem
"""
_COUNTING = "hace dentro días dias semanas il y jours dans semaines vor tagen in wochen há em en a atrás"
_LITTLE = "el los le la den dem der am na no em ce este esta diesen de del du do au al"
_COMING = (
    "próximo proximo próxima proxima prochain prochaine nächsten nächster naechsten kommenden viene vem que"
)
WEEKDAY_WORDS, MONTH_WORDS, _NEAR = (tuple(one.split()) for one in (_WEEKDAYS, _MONTHS, _NEARBY))
_AGO, _ARTICLES, _NEXT = (tuple(one.split()) for one in (_COUNTING, _LITTLE, _COMING))
_COUNTED = ("tagen", "jours", "días", "dias")
_RELATIVE = re.compile(
    rf"(?<!\w)(?:{'|'.join((*_NEAR, *_COUNTED))})(?!\w)|[今明后昨前]天|hôm nay|ngày mai|hôm qua|ngày kia"
)
_CORE = frozenset((*WEEKDAY_WORDS, *MONTH_WORDS, *_NEAR))
_WORDS = _CORE | frozenset((*_AGO, *_ARTICLES, *_NEXT))
_SPELT = {
    "maerz": "märz",
    "uebermorgen": "übermorgen",
    "naechsten": "nächsten",
    "terca": "terça",
    "marco": "março",
}

_VIETNAMESE = re.compile(
    r"hôm nay|ngày mai|hôm qua|ngày kia|chủ nhật|thứ (?:hai|ba|tư|năm|sáu|bảy)|ngày \d{1,2} tháng \d{1,2}"
)
_CHINESE = re.compile(r"今天|明天|后天|昨天|前天|(?:下)?(?:星期|周|礼拜)[一二三四五六日天]")
_CHINESE_DATE = re.compile(
    r"(?:(\d{4})年)?(\d{1,2}|[一二三四五六七八九十]{1,2})月(\d{1,2}|[一二三四五六七八九十]{1,3})[日号]"
)
_CHINESE_DAYS = "一二三四五六日"
_DIGITS = {one: number for number, one in enumerate("一二三四五六七八九", 1)}
_PASADO = re.compile(r"pasado ma[ñn]ana|depois de amanh[ãa]")
_CLOCK = re.compile(
    r"\s(?:a las?|à|um|às|as|a) (\d{1,2})(?:[:h.](\d\d))?(?: ?(?:h|uhr|horas|heures))?$|"
    r"\s(\d{1,2}) ?(?:h(\d\d)?|uhr)$"
)


def in_english(words: str, here: Here) -> str | None:
    """`el jueves` → "thursday", `9. März` → "march 9", `mañana a las 10` → "2026-03-03 at 10:00"; or None."""
    text = words.lower().strip(" .,;")
    clock = _CLOCK.search(text)
    at = ""
    if clock:
        hour, minute = clock[1] or clock[3], clock[2] or clock[4]
        at, text = f" at {hour}:{minute or '00'}", text[: clock.start()]
    day = _chinese(text) or _named(text, here)
    return f"{day}{at}" if day else None


def begins(word: str) -> bool:
    """Whether such a word may begin a day in one of these languages."""
    small = word.lower().strip(".,;")
    return small in _WORDS or small in ("hôm", "ngày", "chủ", "thứ", "pasado", "depois") or _is_chinese(small)


def _is_chinese(text: str) -> bool:
    return bool(_CHINESE.fullmatch(text) or _CHINESE_DATE.fullmatch(text))


def _chinese(text: str) -> str | None:
    """What dateparser does not know: months and days in figures, and the weekdays of next week."""
    if dated := _CHINESE_DATE.fullmatch(text):
        month, day = _number(dated[2]), _number(dated[3])
        if not 1 <= month <= 12:
            return None
        return f"{MONTHS[month - 1]} {day}" + (f" {dated[1]}" if dated[1] else "")
    if _CHINESE.fullmatch(text) and text[0] == "下" and text[-1] in _CHINESE_DAYS:
        return f"next {WEEKDAYS[_CHINESE_DAYS.index(text[-1])]}"
    return None


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (10 * (_DIGITS.get(tens, 1)) if ten else 0) + _DIGITS.get(ones, 0)


def _named(text: str, here: Here) -> str | None:
    if _VIETNAMESE.fullmatch(text) or _CHINESE.fullmatch(text):
        return _read(text, has_number="tháng" in text, here=here)
    if _PASADO.fullmatch(text):
        return _read("übermorgen", has_number=False, here=here)
    words = [_SPELT.get(one, one) for one in re.findall(r"[^\s,]+", text)]
    plain = [one.rstrip(".") for one in words]
    if not any(one in _CORE or one in _COUNTED for one in plain):
        return None
    if not all(
        one in _WORDS or one in _SPELT.values() or re.fullmatch(r"\d{1,4}(?:er|º|°)?", one) for one in plain
    ):
        return None
    following = any(one in _NEXT for one in plain)
    kept = [one for one in plain if one not in _ARTICLES and one not in _NEXT] if _is_plain(plain) else plain
    has_number = any(one[0].isdigit() for one in kept)
    day = _read(" ".join(kept), has_number, here)
    return f"next {day}" if day in WEEKDAYS and following else day


def _is_plain(words: list[str]) -> bool:
    """Whether the little words say nothing: in "il y a 2 jours" they do."""
    return any(one in _CORE for one in words)


def _read(text: str, has_number: bool, here: Here) -> str | None:
    found = _parsed(text, here.local.replace(tzinfo=None))
    if found is None:
        return None
    if _RELATIVE.search(text):
        return found.date().isoformat()
    if not has_number:
        return WEEKDAYS[found.weekday()]
    year = re.search(r"\b[12]\d{3}\b", text)
    return _month_and_day(found.date(), bool(year))


def _month_and_day(day: date, with_year: bool) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}" + (f" {day.year}" if with_year else "")


@lru_cache(maxsize=256)
def _parsed(text: str, base: datetime) -> datetime | None:
    # Slow to import, and most of what is said needs it not.
    from dateparser.date import DateDataParser

    settings: dict[str, Any] = {
        "RELATIVE_BASE": base.replace(second=0, microsecond=0),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "DMY",
    }
    read = DateDataParser(languages=LANGUAGES, settings=settings).get_date_data(text)
    found: datetime | None = read.date_obj
    return found if read.period == "day" else None
