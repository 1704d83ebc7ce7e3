"""Spans of days as they are written closely, put apart: `Mar 9-13`, `9.-13. März`, `Mon-Wed`."""

import re

from handlers.days import MONTHS, WEEKDAYS
from handlers.understanding import foreign

_MONTH = "|".join(
    sorted(
        {*(one[:n] for one in MONTHS for n in range(3, len(one) + 1)), "sept", *foreign.MONTH_WORDS},
        key=len,
        reverse=True,
    )
)
_DAY = "|".join(
    sorted(
        {
            *(one[:n] for one in WEEKDAYS for n in range(3, len(one) + 1)),
            "weds",
            "thurs",
            "tues",
            *foreign.WEEKDAY_WORDS,
        },
        key=len,
        reverse=True,
    )
)
_TO = r"\s?(?:-|–|—|(?<=[\s.])(?:to|through|thru|until|bis|al|au|a|até|and|&|und|y|et)(?=\s))\s?"
_NTH = r"(?:st|nd|rd|th|º|er|\.)?"
_MONTH_DAYS = re.compile(
    rf"\b(?P<month>{_MONTH})\.? (?P<first>\d{{1,2}}){_NTH}{_TO}(?:the )?(?P<last>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?(?![\d:/]|\s?[ap]\.?m\b)(?P<year>,? \d{{4}})?",
    re.I,
)
_DAYS_MONTH = re.compile(
    rf"(?<![\d/:])(?P<first>\d{{1,2}}){_NTH}{_TO}(?:the |den |le |el )?(?P<last>\d{{1,2}}){_NTH} (?:of |"
    rf"de )?(?P<month>{_MONTH})\b\.?",
    re.I,
)
_NTHS = re.compile(
    rf"\b(?:the )?(?P<first>\d{{1,2}})(?:st|nd|rd|th){_TO}(?:the )?(?P<last>\d{{1,2}})(?:st|nd|rd|th)\b", re.I
)
_CLOSE = re.compile(
    rf"(?<![\w/-])(?P<first>(?:{_DAY})\.?|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|\d{{4}}-\d\d-\d\d|"
    rf"\d{{1,2}}\.\d{{1,2}}\.(?:\d{{2,4}})?)\s?(?:-|–|—)\s?"
    rf"(?P<last>(?:{_DAY})\b\.?|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|\d{{4}}-\d\d-\d\d|"
    rf"\d{{1,2}}\.\d{{1,2}}\.(?:\d{{2,4}})?)(?![\w/])",
    re.I,
)
_SLASH_DAYS = re.compile(
    r"(?<![\w/-])(?P<month>\d{1,2})/(?P<first>\d{1,2})\s?[-–—]\s?(?P<last>\d{1,2})(?![\w/:-])"
)


def spread(text: str) -> str:
    """The text with each span of days written as two whole days and a dash between them."""
    text = _MONTH_DAYS.sub(_twice, text)
    text = _DAYS_MONTH.sub(lambda one: f"{one['first']} {one['month']} - {one['last']} {one['month']}", text)
    text = _NTHS.sub(r"the \g<first>th - the \g<last>th", text)
    text = _CLOSE.sub(r"\g<first> - \g<last>", text)
    return _SLASH_DAYS.sub(r"\g<month>/\g<first> - \g<month>/\g<last>", text)


def _twice(found: re.Match[str]) -> str:
    month, year = found["month"], found["year"] or ""
    return f"{month} {found['first']}{year} - {month} {found['last']}{year}"
