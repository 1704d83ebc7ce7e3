"""What the digest tells those above, and whoever covers: each inquiry once, and nothing missed silenced."""

import pytest
from sqlmodel import select

from bot.assemble import TEMPLATES
from bot.blocks import to_blocks
from bot.cards import to_card
from bot.plain import to_text
from bot.voice import Voice
from handlers.asking import Choice
from models.digest import choices_of, digest_of
from models.digest_items import LONGEST, ROOM, shares
from models.inquiry import Deadline
from models.outbox import Sending
from models.staff import ident
from scheduler.delivery import NotNow
from tests.models.spelled_dates import at as moment
from tests.seeded import counted

LOG = "inquiry log email from Jane Doe about a permit"  # on Monday at nine: due on Tuesday at 17:00
TUESDAY, WEDNESDAY, THURSDAY = "Tuesday 2026-03-03", "Wednesday 2026-03-04", "Thursday 2026-03-05"
VOICES = {one: Voice(TEMPLATES, one, "America/Chicago", str) for one in ("plain", "slack", "teams")}


@pytest.fixture
def with_digests():
    return True


def facts(office, handle):
    with office.store.transaction() as db:
        return digest_of(db, office.member(handle), office.now)


def said(found, dialect="plain"):
    return VOICES[dialect].say("digest", found)


def text(office, handle):
    return " ".join(to_text(said(facts(office, handle)), width=10_000).split())


def digests_of(office, until):
    return [one for one in office.until(until) if one.endswith(" digest")]


def numbers(part):
    return [one["number"] for one in part["lines"]]


def done_late(office):
    """Dana acknowledges twenty minutes after it was due: the answer's own clock is days away."""
    office.say("dana", LOG)
    office.until(f"{TUESDAY} 17:20")
    office.say("dana", "inquiry ack INQ-1 by 2026-03-20 12:00")


def test_what_was_missed_and_done_before_anybody_above_heard_is_in_the_supervisors_digest_alone(either):
    done_late(either)
    assert digests_of(either, f"{WEDNESDAY} 16:00") == [f"{WEDNESDAY} 08:00 sam digest"]
    assert facts(either, "sam")["missed"] == {
        "lines": [
            {
                "number": "INQ-1",
                "subject": "a permit",
                "owner": "Dana Whitfield",
                "due": "2026-03-03T23:00:00+00:00",
                "ended": "2026-03-03T23:20:00+00:00",
            }
        ],
        "more": 0,
        "count": 1,
    }
    assert text(either, "sam").startswith(
        "Today, Wed 2026-03-04: nothing of yours is due; your team: 1 done late Missed, and done since "
        "- INQ-1 a permit (Dana Whitfield): due Tue 2026-03-03 17:00 CST, done Tue 2026-03-03 17:20 CST"
    )
    assert facts(either, "dana")["missed"]["lines"] == []


def test_it_is_told_in_one_digest_and_not_in_the_next(either):
    done_late(either)
    either.until(f"{WEDNESDAY} 16:00")
    assert digests_of(either, f"{THURSDAY} 16:00") == []
    assert facts(either, "sam")["missed"]["lines"] == []


def test_it_waits_for_a_supervisor_who_is_away_for_a_week(either):
    either.say("sam", "away from 2026-03-04 to 2026-03-10")
    done_late(either)
    assert digests_of(either, "Tuesday 2026-03-10 16:00") == []
    assert digests_of(either, "Wednesday 2026-03-11 09:00") == ["Wednesday 2026-03-11 08:00 sam digest"]
    assert numbers(facts(either, "sam")["missed"]) == ["INQ-1"]


def test_what_was_done_in_time_or_is_excused_is_not_missed(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry answer INQ-1", f"{TUESDAY} 16:59")
    assert numbers(facts(either.at(f"{WEDNESDAY} 09:00"), "sam")["missed"]) == []


@pytest.mark.parametrize(("until", "told"), [("17:20", []), ("17:19", ["INQ-1"])])
def test_what_was_done_while_it_was_excused_is_not_missed(either, until, told):
    done_late(either)
    with either.store.transaction() as db:
        [clock] = db.exec(select(Deadline).where(Deadline.kind == "respond"))
        clock.excused_until = moment(f"{TUESDAY} {until}")
        db.add(clock)
    assert numbers(facts(either.at(f"{WEDNESDAY} 09:00"), "sam")["missed"]) == told


def test_a_digest_that_could_not_be_said_tells_of_it_the_day_after(either):
    done_late(either)
    either.chat.fails["sam"] = [NotNow("busy", 3600)] * 100
    assert digests_of(either, f"{WEDNESDAY} 17:30") == []
    either.chat.fails.clear()
    assert digests_of(either, f"{THURSDAY} 09:00") == [f"{THURSDAY} 08:00 sam digest"]
    assert numbers(facts(either, "sam")["missed"]) == ["INQ-1"]


def test_it_is_found_by_its_index(either):
    done_late(either)
    either.at(f"{WEDNESDAY} 09:00")
    with counted(either) as statements:
        facts(either, "sam")
    [one] = [one for one in statements if "deadline.ended_at >" in one]
    assert "deadline.due < deadline.ended_at" in one


def test_the_title_tells_what_one_covers(either):
    for _ in range(2):
        either.say("lee", LOG)
    either.say("lee", LOG, f"{TUESDAY} 09:00")
    either.say("lee", "away from 2026-03-04 to 2026-03-04 alternate dana")
    either.at(f"{WEDNESDAY} 09:00")
    title = said(facts(either, "dana")).title
    assert title == "Today, Wed 2026-03-04: nothing of yours is due; you cover 2 overdue, 1 due"


def test_no_inquiry_stands_twice_in_a_supervisors_digest(either):
    either.say("lee", LOG)
    either.say("dana", LOG)
    either.say("lee", "away from 2026-03-04 to 2026-03-04 alternate sam", f"{TUESDAY} 09:00")
    either.at(f"{WEDNESDAY} 09:00")
    found = facts(either, "sam")
    assert numbers(found["covering"]) == ["INQ-1"]
    assert [one["name"] for one in found["team"]["owners"]["lines"]] == ["Dana Whitfield"]
    assert found["team"]["overdue"] == 1
    assert text(either, "sam").count("INQ-1 ") == 1


def test_an_admin_reads_names_of_whoever_answers_to_them_and_counts_of_the_others(either):
    for owner in ("dana", "lee", "lee", "sam", "kim"):
        either.say(owner, LOG)
    either.at(f"{WEDNESDAY} 09:00")
    team = facts(either, "alex")["team"]
    assert [one["name"] for one in team["owners"]["lines"]] == ["Sam Castellano"]
    assert [(one["name"], one["overdue"]) for one in team["groups"]["lines"]] == [
        ("Sam Castellano", 3),
        ("Robin Adeyemi", 1),
    ]
    assert team["overdue"] == 5
    heard = text(either, "alex")
    assert "- Under Sam Castellano: 3 overdue since Tue 2026-03-03 17:00 CST" in heard
    assert "Dana" not in heard
    assert facts(either, "sam")["team"]["groups"]["lines"] == []


def test_whoever_has_no_active_supervisor_is_named_to_the_admin(either):
    either.say("dana", LOG)
    either.change("sam", active=False)
    either.at(f"{WEDNESDAY} 09:00")
    team = facts(either, "alex")["team"]
    assert [one["name"] for one in team["owners"]["lines"]] == ["Dana Whitfield"]


def test_an_inquiry_with_two_clocks_counts_once_for_the_owner_and_for_those_above(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry needed INQ-1 by Wed 16:00")
    either.say("dana", LOG, f"{TUESDAY} 09:00")
    either.at(f"{WEDNESDAY} 09:00")
    own, above = facts(either, "dana"), facts(either, "sam")["team"]
    assert (own["overdue"], own["today"]) == (above["overdue"], above["today"])
    assert own["overdue"] + own["today"] == 2
    assert sorted(numbers(own["owed"][0]) + numbers(own["owed"][1])) == ["INQ-1", "INQ-2"]
    assert "then due Wed 2026-03-04 16:00 CST" in text(either, "dana")


def test_those_above_read_which_are_overdue_the_longest(either):
    either.say("dana", f"{LOG} {'that is long ' * 10}")
    either.say("dana", LOG)
    either.say("dana", LOG, "Monday 2026-03-02 08:00")
    either.at(f"{WEDNESDAY} 09:00")
    [line] = facts(either, "sam")["team"]["owners"]["lines"]
    assert (line["overdue"], len(line["oldest"])) == (3, 2)
    heard = text(either, "sam")
    assert "Dana Whitfield: 3 overdue (the oldest: INQ-" in heard
    assert "is long that is…, since Tue 2026-03-03 17:00 CST" in heard


def test_the_first_digest_explains_itself_and_no_other_does(either):
    either.say("dana", LOG)
    either.chat.said.clear()
    for day in (TUESDAY, WEDNESDAY):
        either.tick(f"{day} 08:00")
    letters = [one for one in either.chat.said if one.to.user == "dana" and one.template == "digest"]
    assert [bool(said(one.facts).note) for one in letters] == [True, False]
    assert said(facts(either, "dana")).note == ()


def test_the_first_three_have_buttons_the_most_pressing_first(either):
    for _ in range(4):
        either.say("dana", LOG)
    choices = choices_of(facts(either.at(f"{TUESDAY} 09:00"), "dana"))
    assert [one["label"] for one in choices] == [
        "My inquiries",
        *(f"{said}" for place in (1, 2, 3) for said in (f"INQ-{place}: Answered", f"Show INQ-{place}")),
    ]
    assert either.say("dana", choices[1]["words"]).template == "inquiry_answered"


@pytest.mark.parametrize("dialect", ["slack", "teams"])
def test_with_long_subjects_every_part_is_there_and_nothing_is_cut_off(office, dialect):
    long = "a permit for a very long and winding fence & gate " * 8
    for _ in range(LONGEST + 2):
        for owner in ("sam", "lee", "dana", "kim"):
            office.say(owner, f"inquiry log email from {'Jane Doe ' * 8} about {long}"[:440])
    for place in range(4):
        office.say("sam", f"inquiry pause INQ-{1 + 4 * place} {'waiting for a form ' * 10}")
    office.say("dana", "inquiry answer INQ-3", f"{TUESDAY} 17:20")
    office.say("lee", "away from 2026-03-04 to 2026-03-04 alternate sam", f"{TUESDAY} 17:30")
    office.at(f"{WEDNESDAY} 09:00")
    found = facts(office, "sam")
    message = said(found, dialect)
    choices = [Choice(**one) for one in choices_of(found)]
    shown = str(to_blocks(message, choices) if dialect == "slack" else to_card(message, choices))
    for heading in ("You cover for colleagues", "Missed, and done", "Your team", "Waiting", "Not in today"):
        assert heading in shown, heading
    assert "left out here" not in shown
    lists = [*found["owed"], found["covering"], found["missed"], found["waiting"]]
    assert sum(len(one["lines"]) for one in lists) <= ROOM


@pytest.mark.parametrize(
    ("lengths", "given"),
    [
        ([13, 0, 0], [10, 0, 0]),
        ([30, 30, 30, 30], [6, 6, 6, 6]),
        ([1, 30, 30, 0], [1, 10, 10, 0]),
        ([30, 30, 30, 1, 2], [7, 7, 7, 1, 2]),
        ([], []),
    ],
)
def test_each_list_has_its_share_of_the_room(lengths, given):
    assert shares(lengths) == given


def test_what_is_overdue_is_counted_in_the_owners_digest_under_the_key_that_reminders_look_for(either):
    for _ in range(LONGEST + 5):
        either.say("dana", LOG)
    either.until(f"{WEDNESDAY} 08:00")
    number = ident(either.member("dana"))
    [row] = [one for one in either.owed(Sending.SENT) if one.key == f"digest:{number}:2026-03-04"]
    assert (row.kind, row.facts["overdue"]) == ("digest", LONGEST + 5)
    assert said(row.facts).title.startswith(f"Today, Wed 2026-03-04: {LONGEST + 5} overdue")


def test_a_quiet_tomorrow_holds_back_tomorrows_early_reminder_and_digest(either):
    either.say("dana", LOG)
    either.say("dana", "inquiry quiet tomorrow")
    heard = [one for one in either.until(f"{TUESDAY} 17:00") if " dana " in one]
    assert heard == [f"{TUESDAY} 17:00 dana due_now INQ-1"]
