"""The agency and its staff: can everybody be reached, and does every chain end in somebody?"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from bot.doctor.finding import Finding, fault, look, ok, some
from bot.mail_server import is_address
from models.absence import Absence
from models.adopting import Adoption
from models.agency import agency_of
from models.agency_file import Role
from models.calendars import in_use
from models.staff import Department, Staff, StaffAddress
from models.standard import load_standard

ABOUT = "directory"
AHEAD = timedelta(days=60)
_IMPORT = "Say it in the file, and replyby directory import it (docs/directory.md)."


def check(db: Session, now: datetime, doors: Collection[str], *, mail: bool) -> list[Finding]:
    """doors: the chat platforms that are set up; mail: whether e-mail is."""
    agency = agency_of(db)
    if agency is None:
        return [fault(ABOUT, "No agency is stored.", "Say replyby seed --agency FOLDER (docs/agency.md).")]
    departments = list(db.exec(select(Department).order_by(Department.name)))
    everybody = list(db.exec(select(Staff).where(col(Staff.active)).order_by(Staff.name)))
    return [
        ok(ABOUT, f"{agency.name}: {len(everybody)} people in {len(departments)} departments."),
        *_chains(everybody),
        *_departments(departments, everybody),
        *_twice(everybody),
        *_reach(db, everybody, doors, mail=mail),
        *_calendars(db, departments, now),
        *_standards(db, departments),
        *_alternates(db, everybody, in_use(db)[0][0].today(now)),
    ]


def _chains(everybody: Sequence[Staff]) -> list[Finding]:
    admins = [one for one in everybody if one.role is Role.ADMIN]
    here = {one.id for one in everybody}
    alone = [one.name for one in everybody if one.supervisor_id is None and one.role is not Role.ADMIN]
    left = [one.name for one in everybody if one.supervisor_id is not None and one.supervisor_id not in here]
    found = []
    if not admins:
        says = "Nobody has the role admin, so that chains of reminders may end in nobody."
        found.append(fault(ABOUT, says, f"Give it to somebody. {_IMPORT}"))
    if alone:
        says = f"These report to nobody, so that what they miss goes to the admins: {some(alone)}."
        found.append(look(ABOUT, says, _IMPORT))
    if left:
        says = f"These report to somebody who has left, so that the next above hears: {some(left)}."
        found.append(look(ABOUT, says, _IMPORT))
    plain = {one.id: one.name for one in everybody if one.role is Role.STAFF}
    heads = sorted({plain[one.supervisor_id] for one in everybody if one.supervisor_id in plain})
    if heads:
        says = f"These supervise others, and their role is staff, so that /desk refuses them: {some(heads)}."
        found.append(look(ABOUT, says, _IMPORT))
    if not found:
        found.append(ok(ABOUT, f"Everybody's chain ends in an admin ({some([one.name for one in admins])})."))
    return found


def _departments(departments: Sequence[Department], everybody: Sequence[Staff]) -> list[Finding]:
    peopled = {one.department_id for one in everybody}
    empty = [one.name for one in departments if one.id not in peopled]
    return [look(ABOUT, f"Nobody is in these departments: {some(empty)}.")] if empty else []


def _twice(everybody: Sequence[Staff]) -> list[Finding]:
    times = Counter(one.email.casefold() for one in everybody)
    twice = [one for one, count in times.items() if count > 1]
    if not twice:
        return []
    says = f"Several people have the same e-mail address, so that none is known by it: {some(twice)}."
    return [fault(ABOUT, says, f"Give each their own, with the handle in the line. {_IMPORT}")]


def _reach(db: Session, everybody: Sequence[Staff], doors: Collection[str], *, mail: bool) -> list[Finding]:
    if mail:
        bad = [one.name for one in everybody if not is_address(one.email)]
        says = f"These have an address to which no e-mail can go: {some(bad)}."
        return [look(ABOUT, says, _IMPORT)] if bad else [ok(ABOUT, "Everybody can be reached by e-mail.")]
    if not doors:
        return []
    chat = (StaffAddress.staff_id, StaffAddress.platform, col(StaffAddress.reference))
    query = select(*chat).where(col(StaffAddress.platform).in_(doors))
    # Teams needs the conversation that it told of when they wrote.
    known = {number for number, platform, reference in db.exec(query) if platform != "teams" or reference}
    unknown = [one.name for one in everybody if one.id not in known]
    if not unknown:
        return [ok(ABOUT, "Everybody has written in chat, and can be reached there.")]
    return [
        look(
            ABOUT,
            f"{len(unknown)} of {len(everybody)} people cannot be reached yet, as they have not written in "
            f"chat and there is no mail server: {some(unknown)}.",
            "Ask them to say “help” to Replyby once, or set REPLYBY_SMTP_URL and REPLYBY_SMTP_FROM.",
        )
    ]


def _calendars(db: Session, departments: Sequence[Department], now: datetime) -> list[Finding]:
    about, found = "calendar", []
    do = "Raise last_year in agency.toml, and say replyby calendar --agency FOLDER."
    names = {one.id: one.name for one in departments}
    for calendar, numbers in in_use(db):
        whose = some([names[one] for one in numbers]) if numbers else "the agency"
        today = calendar.today(now)
        if calendar.last < today:
            says = f"That of {whose} ended on {calendar.last}: no deadline can be reckoned."
            found.append(fault(about, says, do))
        elif calendar.last < today + AHEAD:
            says = f"That of {whose} ends on {calendar.last}; deadlines beyond are refused."
            found.append(look(about, says, do))
        else:
            found.append(ok(about, f"That of {whose} is known up to {calendar.last}."))
    return found


def _standards(db: Session, departments: Sequence[Department]) -> list[Finding]:
    about, found = "standards", []
    adopted = set(db.exec(select(Adoption.base).where(col(Adoption.ended_at).is_(None))))
    for name in sorted({one.standard for one in departments} | adopted):
        try:
            load_standard(name)
        except ValueError as error:
            says = f"{name} cannot be read: {str(error).splitlines()[0]}"
            found.append(fault(about, says, "Put the file back as it was, or mend it (docs/agency.md)."))
    return found or [ok(about, "Every department's standard can be read.")]


def _alternates(db: Session, everybody: Sequence[Staff], today: date) -> list[Finding]:
    names = {one.id: one.name for one in everybody}
    coming = select(Absence).where(col(Absence.ended_at).is_(None), col(Absence.last) >= today)
    absences = [one for one in db.exec(coming.order_by(col(Absence.first))) if one.staff_id in names]
    wrong = []
    for one in absences:
        who = f"{names[one.staff_id]} ({one.first} to {one.last})"
        if one.alternate_id is None:
            wrong.append(f"{who}: nobody")
        elif one.alternate_id not in names:
            wrong.append(f"{who}: somebody who has left")
        elif any(
            other.staff_id == one.alternate_id and other.first <= one.last and other.last >= one.first
            for other in absences
        ):
            wrong.append(f"{who}: {names[one.alternate_id]}, who is away then too")
    if not wrong:
        return []
    says = f"Absences without an alternate who is in: {some(wrong)}. The next in the chain hears."
    return [look("alternates", says)]
