"""A doubt is settled by a press: each button says the whole command again."""

from sqlmodel import select

from models.inquiry import Inquiry
from models.staff import Staff
from tests.handlers.conftest import Conversation

LOG = "inquiry log call from Jane Doe about a permit"


def namesake(talk: Conversation) -> None:
    with talk.house.store.transaction() as db:
        kim = db.exec(select(Staff).where(Staff.handle == "kim")).one()
        lee = db.exec(select(Staff).where(Staff.handle == "lee")).one()
        kim.name, lee.handle = "Lee Tran", "lokafor"
        db.add_all([kim, lee])


def test_people_of_one_name_are_offered_and_a_press_hands_it_over(talk: Conversation) -> None:
    namesake(talk)
    talk.say(LOG)
    asked = talk.say("inquiry assign INQ-1 to Lee")
    assert asked.template == "which_person"
    assert [(one.label, one.words) for one in asked.choices] == [
        ("Lee Tran (kim)", "inquiry assign INQ-1 to kim"),
        ("Lee Okafor (lokafor)", "inquiry assign INQ-1 to lokafor"),
    ]
    assert talk.say(asked.choices[1].words).facts["owner"]["handle"] == "lokafor"


def test_times_of_two_readings_are_offered_and_a_press_stores_one(talk: Conversation) -> None:
    asked = talk.say(f"{LOG} needed by Sat 10:00")
    assert asked.template == "two_readings"
    assert [one.label for one in asked.choices] == ["Sat 2026-03-07 10:00", "Sat 2026-03-07 22:00"]
    assert talk.say(asked.choices[0].words).facts["needed"]["due"] == "2026-03-07T16:00:00+00:00"
    assert len(talk.rows(Inquiry)) == 1


def test_days_of_two_readings_are_offered(talk: Conversation) -> None:
    asked = talk.say("away next Fri")
    assert [one.words for one in asked.choices] == ["away 2026-03-06", "away 2026-03-13"]
    assert talk.say(asked.choices[1].words).template == "away_planned"


def test_a_doubt_that_stands_twice_in_the_words_has_no_buttons(talk: Conversation) -> None:
    namesake(talk)
    asked = talk.say("inquiry log call from Lee Doe about a permit owner Lee")
    assert (asked.template, asked.choices) == ("which_person", ())


def test_who_leaves_a_piece_out_may_fill_in_the_form_instead(talk: Conversation) -> None:
    lacking = talk.say("/inquiry log call from Jane Doe")
    assert [one.words for one in lacking.choices] == ["form log"]
    talk.say(LOG)
    assert [one.words for one in talk.say("/inquiry close INQ-1").choices] == ["form close INQ-1"]
    assert not talk.say("/inquiry close").choices
