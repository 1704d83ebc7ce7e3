"""The closing survey's invitation (R40): pushed where the customer can be reached, else handed to staff."""

from handlers.asking import Facts, Hearing
from models import outbox, survey
from models.inquiry import Inquiry
from models.staff import Address, Staff, by_name, email_address


def invite(hearing: Hearing, inquiry: Inquiry) -> Facts:
    """Makes the one-time link. {"survey": what its link is made of, "pushed_to": where, or None, "again", …}

    The link is no fact: voices make it when they speak, so that no stored word holds it. An inquiry has one
    survey: `again` says that it was invited to at an earlier closing, so that nothing goes out now.
    """
    again = survey.of(hearing.db, inquiry) is not None
    made = survey.make(hearing.db, inquiry, hearing.survey_key, hearing.now)
    owner = hearing.db.get_one(Staff, inquiry.owner_id)
    facts: Facts = {
        "survey": made.made_of,
        "agency": hearing.agency.name,
        "customer": inquiry.customer,
        "subject": inquiry.subject,
        "contact_name": owner.name,
    }
    recipient, shown = (None, None) if again else _reach(hearing, inquiry)
    if recipient is not None:
        outbox.put(
            hearing.db,
            f"survey:{made.id}",
            recipient,
            "survey_invitation",
            facts,
            now=hearing.now,
            any_hour=True,
            kind="survey",
        )
    return {**facts, "pushed_to": shown, "again": again}


def _reach(hearing: Hearing, inquiry: Inquiry) -> tuple[str | Address | None, str | None]:
    """Where the customer can be written to, and how that reads; (None, None) when nowhere."""
    if inquiry.chat and inquiry.chat.startswith("@"):
        found = by_name(hearing.db, inquiry.chat)
        if len(found) == 1:
            return outbox.to_staff(found[0]), found[0].name
    elif inquiry.chat:
        return Address.read(inquiry.chat), "their chat"
    if inquiry.email and hearing.house.emails_customers:
        return email_address(inquiry.email), inquiry.email
    return None, None
