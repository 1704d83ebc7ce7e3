"""The survey as a web page: eight questions behind a link that works once (R40, R41)."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.dialects import clean
from bot.doors import Clock
from bot.limits import limited
from models import survey
from models.agency import Agency, agency_of
from models.inquiry import Inquiry, deadlines
from models.staff import Department
from models.standard import DEFAULT, Rule, load_standard
from models.store import Store
from models.survey import LONGEST, QUESTIONS, RATINGS, Survey

TEMPLATES = Path(__file__).parent.parent / "templates"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# In bytes. A form filled to the brim stays well below it, whatever its script.
MOST = 64 * 1024
SHORT = 300
# Anything else needs no look into the database.
TOKEN_LENGTH = 43
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Asking:
    """What the page shows of an open survey; nothing of the customer and nothing of the inquiry's subject.

    promise: the rule that the inquiry's first deadline rests on; None when its standard is gone.
    """

    agency: str
    promise: Rule | None = None


class SurveyPage:
    """Answers GET, which has no effect, and POST, which stores the answers once.

    secret: what links are made with; None for the agency's own key.
    """

    def __init__(self, store: Store, secret: str | None, clock: Clock) -> None:
        self._store = store
        self._secret = secret
        self._clock = clock
        self._pages = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._pages.globals["lang"] = "en"
        self._pages.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension's

    async def handle(self, request: Request) -> Response:
        """The form; after a POST the thanks, or the form again when nothing was answered.

        An unknown, a used and an expired link get the same page and the same 404.
        """
        token = request.path_params["token"]
        if request.method != "POST":
            asking = await asyncio.to_thread(self._look, token)
            return self._form(asking, {}, 200) if asking else self._closed()
        typed = await _typed(request)
        answers = survey.readable(typed)
        if answers:
            agency = await asyncio.to_thread(self._store_answers, token, answers)
            return self._page("thanks", 200, agency=agency) if agency else self._closed()
        asking = await asyncio.to_thread(self._look, token)
        return self._form(asking, typed, 422) if asking else self._closed()

    def _look(self, token: str) -> Asking | None:
        """What to show for a link; None when it is not open."""
        if not _may_be_token(token):
            return None
        with self._store.reading() as db:
            agency = agency_of(db)
            found = survey.find(db, token, self._key(agency), self._clock()) if agency else None
            return Asking(agency.name, promise(db, found)) if agency and found else None

    def _store_answers(self, token: str, answers: Mapping[str, str]) -> str | None:
        """Stores the answers; the agency's name, or None when the link is not open."""
        if not _may_be_token(token):
            return None
        now = self._clock()
        with self._store.transaction() as db:
            agency = agency_of(db)
            found = survey.find(db, token, self._key(agency), now) if agency else None
            stored = found is not None and survey.answer(db, found, answers, now)
            return agency.name if agency and stored else None

    def _key(self, agency: Agency) -> bytes:
        return agency.survey_key(self._secret)

    def _form(self, asking: Asking, typed: Mapping[str, str], status: int) -> Response:
        return self._page(
            "survey",
            status,
            agency=asking.agency,
            promise=asking.promise,
            published=asking.promise is not None and asking.promise.id != DEFAULT,
            typed=typed,
            nothing_answered=status == 422,
            short=SHORT,
            long=LONGEST,
            ratings=RATINGS,
        )

    def _closed(self) -> Response:
        return self._page("closed", 404)

    def _page(self, name: str, status: int, **facts: object) -> Response:
        nonce = secrets.token_urlsafe(16)
        html = self._pages.get_template(f"pages/{name}.html.j2").render(nonce=nonce, **facts)
        return HTMLResponse(
            html, status, {**_HEADERS, "Content-Security-Policy": _POLICY.format(nonce=nonce)}
        )


def promise(db: Session, asked: Survey) -> Rule | None:
    """The rule that the inquiry's first deadline rests on, in its standard as it stands today."""
    inquiry = db.get_one(Inquiry, asked.inquiry_id)
    clocks = deadlines(db, inquiry)
    if not clocks:
        return None
    # A department's standard may be a file of its own, which only the department names by its path.
    for name in (db.get_one(Department, inquiry.department_id).standard, clocks[0].standard):
        try:
            standard = load_standard(name)
        except (ValueError, OSError):
            continue
        rules = standard.rules_for(inquiry.channel)
        found = next((rule for rule in rules if rule.id == clocks[0].rule), None)
        if found is not None and standard.name == clocks[0].standard:
            return found
    return None


async def _typed(request: Request) -> dict[str, str]:
    """What a form holds for the questions, cleaned. Raises HTTPException 400, 413 or 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    bounded = Request(request.scope, limited(request.scope, request.receive, MOST))
    if kind not in FORMS:
        if kind or await bounded.body():
            raise HTTPException(415)
        # A client that has nothing to send need not say of what kind it is.
        return {}
    try:
        async with bounded.form(max_files=0, max_fields=50, max_part_size=MOST) as form:
            given = {one.name: form.get(one.name, "") for one in QUESTIONS}
    except ValueError as unreadable:
        # The parsers let some of their own through, such as an encoding that only looks like one.
        raise HTTPException(400) from unreadable
    return {name: _cleaned(words) for name, words in given.items() if isinstance(words, str)}


def _cleaned(words: str) -> str:
    """The lines that were typed, without what cannot be seen."""
    return "\n".join(clean(line) for line in words.splitlines()).strip()


def _may_be_token(given: str) -> bool:
    return len(given) == TOKEN_LENGTH and given.isascii()
