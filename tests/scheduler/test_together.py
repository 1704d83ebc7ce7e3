"""What falls due to one person together is one letter; whoever dies, each word of it is said once."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models import outbox
from models.claiming import TOGETHER, claim, letters
from models.inquiry import Deadline
from models.leasing import LEASE, finish
from models.outbox import Owed, Sending
from models.undelivered import try_again
from scheduler import delivery
from scheduler.delivery import InDoubt, NotNow, Receipt, Unreachable, carry
from tests.seeded import Recorder, emptied, seeded

SECOND, LATER = timedelta(seconds=1), timedelta(minutes=20)


@dataclass
class Platform:
    """Keeps what it takes. A doubtful letter is looked for by its key, and by its words if `words`.

    `fates`: what becomes of the next letters that are not found; "ok" when there are none left.
    """

    fates: list[str] = field(default_factory=list)
    kept: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    letters: list = field(default_factory=list)
    words: bool = True
    looks = True

    async def send(self, letter):
        self.letters.append(letter)
        if letter.doubtful and any(self.is_it(letter, *one) for one in self.kept):
            return Receipt("found", "said before")
        fate = self.fates.pop(0) if self.fates else "ok"
        if fate in ("ok", "cut", "killed"):
            self.kept.append((letter.key, letter.says))
        match fate:
            case "cut" | "lost":
                raise InDoubt("cut")
            case "busy":
                raise NotNow("busy", 1)
            case "killed" | "killed before":
                raise asyncio.CancelledError
            case "gone":
                raise Unreachable("gone")
        return Receipt(f"m{len(self.kept)}", letter.template)

    def is_it(self, letter, key, says):
        return letter.key == key or (self.words and set(letter.says) <= set(says))

    def said(self):
        return Counter(key for _, says in self.kept for key in says)


def looking(patch):
    """What a look at a row comes to, by its key: it is true unless told otherwise here."""
    looks = {}

    def look_again(row, seen):
        found = looks.get(row.key, True)
        if isinstance(found, Exception):
            raise found
        if isinstance(found, timedelta):
            later = seen.now + found
            finish(seen.db, row, state=Sending.OWED, not_before=later, attempts=row.attempts - 1)
            return False
        return found

    patch.setattr(delivery, "look_again", look_again)
    return looks


@pytest.fixture
def true(monkeypatch):
    return looking(monkeypatch)


# On SQLite there is one writer at a time.
on_postgresql = pytest.mark.parametrize("either", ["postgresql"], indirect=True)


@pytest.fixture
def desk(either, true):
    """An office with a platform, and a clock that words can be about."""
    either.say("dana", "inquiry log email from Jane Doe about a permit")
    either.chat = Platform()
    return either


def owe(office, *names, to="dana", about=True, **more):
    recipient = outbox.to_staff(office.member(to))
    with office.store.transaction() as db:
        clock = db.exec(select(Deadline)).first() if about else None
        for name in names:
            facts = {"number": f"INQ-{name}"}
            outbox.put(db, name, recipient, "due_now", facts, now=office.now, about=clock, **more)


def carried(office, later=timedelta()):
    """The round's outcome; None for one that was cut short."""
    try:
        return asyncio.run(carry(office.store, office.senders, office.now + later))
    except asyncio.CancelledError:
        return None


def rows(office):
    return {row.key: row for row in office.owed()}


def said(office):
    return [letter.says for letter in office.chat.letters]


def test_what_is_due_together_is_one_message_and_every_word_of_it_is_recorded(desk):
    owe(desk, "a", "b", "c")
    assert [one.key for one in carried(desk)] == ["a", "b", "c"]
    (letter,) = desk.chat.letters
    assert (letter.template, letter.says) == ("reminders", ("a", "b", "c"))
    assert letter.facts == {
        "items": [{"template": "due_now", "number": f"INQ-{one}"} for one in ("a", "b", "c")],
        "more": 0,
    }
    known = {
        (row.state, row.sent_to, row.provider_id, row.said, row.bundle, row.attempts)
        for row in rows(desk).values()
    }
    assert known == {(Sending.SENT, "terminal::dana", "m1", "reminders", letter.key, 1)}
    assert carried(desk) == []


def test_one_word_alone_is_said_as_it_is_under_its_own_key(desk):
    owe(desk, "a")
    carried(desk)
    (letter,) = desk.chat.letters
    assert (letter.key, letter.template, letter.says) == ("a", "due_now", ("a",))
    assert rows(desk)["a"].bundle == "a"


def test_what_is_about_no_deadline_goes_by_itself_and_in_its_turn(desk):
    owe(desk, "a", "b")
    owe(desk, "note", about=False)
    owe(desk, "c")
    for _ in range(3):
        carried(desk)
    assert said(desk) == [("a", "b", "c"), ("note",)]


def test_a_letter_holds_so_many_words_and_the_next_one_the_rest(desk):
    owe(desk, *(f"{number:02}" for number in range(TOGETHER + 5)))
    assert [len(carried(desk)) for _ in range(3)] == [TOGETHER, 5, 0]


def test_a_letter_counts_the_inquiries_that_the_next_one_is_about(desk):
    owe(desk, *(f"{number:02}" for number in range(TOGETHER)))
    owe(desk, "tomorrow", not_before=desk.now + timedelta(days=1))
    owe(desk, "hers", to="lee")
    owe(desk, "note", about=False)
    recipient = outbox.to_staff(desk.member("dana"))
    with desk.store.transaction() as db:
        clock = db.exec(select(Deadline)).first()
        for key, number in (("again", "INQ-00"), ("one", "INQ-x"), ("the same", "INQ-x"), ("two", "INQ-y")):
            outbox.put(db, key, recipient, "due_now", {"number": number}, now=desk.now, about=clock)
    carried(desk)
    (first,) = [one for one in desk.chat.letters if len(one.says) == TOGETHER]
    assert first.facts["more"] == 2, "what is about an inquiry of this letter is no other one"
    for _ in range(2):
        carried(desk)
    assert [one.facts["more"] for one in desk.chat.letters if len(one.says) == 4] == [0]


def test_reminders_that_people_asked_for_are_said_with_the_others(desk):
    owe(desk, "a")
    owe(desk, "asked:1:1:x", "asked:1:1:snooze:x", about=False, kind="asked")
    owe(desk, "note", about=False)
    carried(desk)
    carried(desk)
    assert said(desk) == [("a", "asked:1:1:x", "asked:1:1:snooze:x"), ("note",)]
    assert len({row.bundle for row in rows(desk).values()}) == 2


def test_each_person_has_their_own(desk):
    owe(desk, "a", "b")
    owe(desk, "c", "d", to="lee")
    carried(desk)
    assert sorted(said(desk)) == [("a", "b"), ("c", "d")]


def test_what_is_no_longer_true_is_left_out_and_the_last_one_left_is_said_as_it_is(desk, true):
    owe(desk, "a", "b")
    true["a"] = timedelta(minutes=5)
    carried(desk)
    (letter,) = desk.chat.letters
    assert (letter.template, letter.says) == ("due_now", ("b",))
    assert (rows(desk)["a"].state, rows(desk)["a"].bundle) == (Sending.OWED, None)
    del true["a"]
    carried(desk, timedelta(minutes=5))
    assert desk.chat.said() == {"a": 1, "b": 1}


def test_a_letter_whose_sender_died_is_found_and_all_its_words_are_said(desk):
    owe(desk, "a", "b")
    desk.chat.fates = ["killed"]
    assert carried(desk) is None
    owe(desk, "c")
    assert {one.key for one in carried(desk, LEASE)} == {"a", "b"}
    first, second = desk.chat.letters
    assert (second.key, second.says, second.doubtful) == (first.key, ("a", "b"), True)
    carried(desk, LEASE)
    assert desk.chat.said() == {"a": 1, "b": 1, "c": 1}
    assert {row.provider_id for row in rows(desk).values()} == {"found", "m2"}


@pytest.mark.parametrize("gone", ["a", "b"])
def test_a_letter_that_is_not_found_says_what_is_still_true_under_the_same_key(desk, gone):
    owe(desk, "a", "b", "c")
    desk.chat.fates = ["lost"]
    carried(desk)
    with desk.store.transaction() as db:
        outbox.take_back(db, gone, desk.now, "answered")
    owe(desk, "d")
    for _ in range(3):
        carried(desk, LATER)
    first, second, third = desk.chat.letters
    assert (second.key, second.says) == (first.key, tuple(one for one in ("a", "b", "c") if one != gone))
    assert (third.says, third.doubtful) == (("d",), False)
    assert third.key != first.key


def test_a_key_that_was_set_free_names_no_second_letter(desk):
    owe(desk, "a", "b")
    desk.chat.fates = ["cut"]
    carried(desk)
    with desk.store.transaction() as db:
        outbox.take_back(db, "a", desk.now, "paused")
    owe(desk, "a", "c")
    desk.chat.fates = ["killed before"]
    for later in (LATER, LATER, LATER + LEASE):
        carried(desk, later)
    assert len({one.key for one in desk.chat.letters}) == 2
    # "a" was said in the first letter, and is true again.
    assert desk.chat.said() == {"a": 2, "b": 1, "c": 1}


def test_what_was_certainly_not_said_is_put_together_anew(desk):
    owe(desk, "a", "b")
    desk.chat.fates = ["busy"]
    carried(desk)
    assert {(row.state, row.bundle, row.attempts) for row in rows(desk).values()} == {(Sending.OWED, None, 0)}
    owe(desk, "c")
    carried(desk, LATER)
    first, second = desk.chat.letters
    assert second.says == ("a", "b", "c")
    assert second.key != first.key


def test_a_letter_that_may_have_been_said_stays_as_it_is_while_the_platform_is_busy(desk):
    owe(desk, "a", "b")
    desk.chat.fates = ["lost", "busy"]
    carried(desk)
    owe(desk, "c")
    for times in (1, 2, 3, 4):
        carried(desk, times * LATER)
    keys = {one.says: one.key for one in desk.chat.letters}
    assert set(keys) == {("a", "b"), ("c",)}
    assert desk.chat.said() == {"a": 1, "b": 1, "c": 1}


def test_one_that_cannot_be_looked_at_leaves_the_others_to_be_said(desk, true, caplog):
    owe(desk, "a", "b", "c")
    true["b"] = LookupError("no calendar")
    carried(desk)
    assert said(desk) == [("a", "c")]
    del true["b"]
    carried(desk, LATER)
    assert desk.chat.said() == {"a": 1, "b": 1, "c": 1}


@pytest.mark.parametrize("fate", ["cut", "lost"])
def test_one_that_cannot_be_looked_at_is_looked_for_by_itself_if_it_may_have_been_said(desk, true, fate):
    owe(desk, "a", "b", "c")
    desk.chat.fates = [fate]
    carried(desk)
    true["b"] = LookupError("no calendar")
    carried(desk, LATER)
    assert rows(desk)["b"].bundle == "b:apart"
    del true["b"]
    carried(desk, 2 * LATER)
    assert said(desk) == [("a", "b", "c"), ("a", "c"), ("b",)]
    assert desk.chat.said() == {"a": 1, "b": 1, "c": 1}


def test_a_letter_that_may_have_been_said_waits_as_a_whole_for_what_is_free_again_in_a_moment(desk, true):
    owe(desk, "a", "b")
    desk.chat.fates = ["lost"]
    carried(desk)
    true["b"] = SECOND
    assert [one.state for one in carried(desk, LATER)] == [None, None]
    assert {row.not_before for row in rows(desk).values()} == {desk.now + LATER + SECOND}
    assert {row.attempts for row in rows(desk).values()} == {1}
    true.clear()
    carried(desk, LATER + SECOND)
    assert said(desk) == [("a", "b"), ("a", "b")]


def test_what_one_address_refused_goes_to_the_next_one_without_the_others(desk):
    desk.mail = Platform()
    owe(desk, "a", "b")
    desk.chat.fates = ["gone"]
    carried(desk)
    owe(desk, "c")
    for _ in range(2):
        carried(desk)
    assert [one.says for one in desk.mail.letters] == [("a", "b")]
    assert said(desk) == [("a", "b"), ("c",)]


def test_a_letter_that_reaches_nobody_dies_whole_and_each_word_can_be_tried_again_by_itself(desk):
    owe(desk, "a", "b")
    desk.chat.fates = ["lost", "gone"]
    carried(desk)
    for times in (1, 2):
        carried(desk, times * LATER)
    found = rows(desk)
    assert {found[one].state for one in ("a", "b")} == {Sending.DEAD}
    for times, name in ((3, "b"), (4, "a")):
        with desk.store.transaction() as db:
            row = db.get_one(Owed, found[name].id)
            try_again(db, row, desk.now + times * LATER)
        for _ in range(3):
            carried(desk, times * LATER)
    found = rows(desk)
    assert {found[one].state for one in ("a", "b")} == {Sending.SENT}
    assert {key: times for key, times in desk.chat.said().items() if key in found and key in "ab"} == {
        "a": 1, "b": 1,
    }  # fmt: skip


def test_where_nobody_can_look_a_letter_is_repeated_once_and_then_goes_elsewhere(desk):
    desk.chat.looks = False
    desk.mail = Recorder()
    owe(desk, "a", "b")
    desk.chat.fates = ["killed before", "killed before"]
    for times in range(3):
        carried(desk, times * LEASE)
    assert [one.doubtful for one in desk.chat.letters] == [False, True]
    assert [(one.says, one.doubtful) for one in desk.mail.letters] == [(("a", "b"), False)]
    assert {tuple(row.unreachable) for row in rows(desk).values()} == {("terminal::dana",)}


@on_postgresql
def test_whoever_is_being_written_to_by_one_process_is_left_alone_by_another(desk):
    owe(desk, "a", "b")
    with desk.store.transaction() as db:
        assert len(claim(db, desk.now)) == 2
        owe(desk, "c")
        with desk.store.transaction() as other:
            assert claim(other, desk.now) == []
    with desk.store.transaction() as other:
        assert claim(other, desk.now) == []


@on_postgresql
def test_a_letter_that_may_have_been_said_waits_for_whoever_changes_a_word_of_it(desk):
    owe(desk, "a", "b", "c")
    desk.chat.fates = ["lost"]
    carried(desk)
    with desk.store.transaction() as db:
        db.exec(select(Owed).where(Owed.key == "b").with_for_update()).one()
        assert carried(desk, LATER) == []
    assert [one.key for one in carried(desk, LATER)] == ["a", "b", "c"]
    assert desk.chat.said() == {"a": 1, "b": 1, "c": 1}


@on_postgresql
def test_two_that_claim_get_other_people(desk):
    owe(desk, "a", "b")
    owe(desk, "c", "d", to="lee")
    with desk.store.transaction() as one, desk.store.transaction() as two:
        first, second = claim(one, desk.now, 1), claim(two, desk.now)
    assert [[row.key for row in rows_] for rows_ in letters(first)] == [["a", "b"]]
    assert [[row.key for row in rows_] for rows_ in letters(second)] == [["c", "d"]]


FATES = ("ok", "cut", "lost", "busy", "killed", "killed before")
STEPS = st.one_of(
    st.tuples(st.just("owe"), st.integers(1, 4)),
    st.tuples(st.just("withdraw"), st.integers(0, 12)),
    st.tuples(st.just("look"), st.integers(0, 12)),
    st.tuples(st.just("round"), st.sampled_from(FATES)),
    st.tuples(st.just("wait"), st.sampled_from((1, 31, 1200))),
)


def lives_through(office, true, steps, wrong):
    """Takes the steps, then lets it all come to rest; nothing was lost, and nothing said twice."""
    office.say("dana", "inquiry log email from Jane Doe about a permit")
    office.chat = Platform(words=isinstance(wrong, Exception))
    true.clear()
    names, numbers = [], count()
    for step, given_ in steps:
        if step == "owe":
            names += (new := [f"w{next(numbers)}:" for _ in range(given_)])
            owe(office, *new)
        elif step == "wait":
            office.now += given_ * SECOND
        elif step == "round":
            office.chat.fates = [given_]
            carried(office)
            true.clear()
        elif names and step == "withdraw":
            with office.store.transaction() as db:
                outbox.take_back(db, names[given_ % len(names)], office.now, "answered")
        elif names:
            true[names[given_ % len(names)]] = wrong
    office.chat.fates = []
    true.clear()
    for _ in range(2 * len(names) + 3):
        office.now += LATER
        carried(office)
    times, found = office.chat.said(), office.owed()
    assert {row.state for row in found} <= {Sending.SENT, Sending.WITHDRAWN}
    assert {row.key: times[row.key] for row in found if row.state is Sending.SENT} == {
        row.key: 1 for row in found if row.state is Sending.SENT
    }
    assert max(times.values(), default=0) <= 1


# A row that cannot be looked at leaves a letter in doubt, and is looked for by its own key; then words count.
WRONG = st.sampled_from((SECOND, LookupError("no calendar")))


@settings(max_examples=40)
@given(steps=st.lists(STEPS, max_size=25), wrong=WRONG)
def test_whatever_happens_each_word_is_said_once_on_sqlite(steps, wrong):
    with (
        TemporaryDirectory() as folder,
        seeded(f"sqlite:///{folder}/replyby.db") as office,
        pytest.MonkeyPatch.context() as patch,
    ):
        lives_through(office, looking(patch), steps, wrong)


@settings(max_examples=15)
@given(steps=st.lists(STEPS, max_size=25), wrong=WRONG)
def test_whatever_happens_each_word_is_said_once_on_postgresql(postgres_url, steps, wrong):
    with seeded(emptied(postgres_url)) as office, pytest.MonkeyPatch.context() as patch:
        lives_through(office, looking(patch), steps, wrong)
