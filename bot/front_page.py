"""What the front page says: who this is, and what is true of privacy and terms wherever Replyby is run."""

WHO = "This is Replyby."
"""How it begins: by that the doctor knows us."""

FRONT_PAGE = f"""\
{WHO} Staff talk to it in Slack or Microsoft Teams.

Privacy
-------
The agency that you reached runs Replyby itself. It keeps, in the agency's own database: inquiries (who
asked, how to reach them, about what), who answers them and when, absences of staff, the messages that
Replyby has sent, and the answers to surveys. Words go to those whom they are for, through the agency's
Slack, Microsoft Teams or mail server, and nowhere else; the makers of Replyby get none of it. This page sets
no cookie. To see or to correct what is kept about you, ask the agency.

Terms of use
------------
Replyby is for the agency's staff, in their work; the agency's own rules for its records and its systems
apply. The software is free under the Apache License 2.0, and comes without warranty.
"""
