"""The audit only grows, and whoever changes a sealed row is found."""

from datetime import timedelta
from hashlib import sha256
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models import audit, audit_chain
from models.audit import Audited
from models.audit_chain import START, Head, head, seal, verify
from models.inquiry import Inquiry
from models.read_only import read_only
from models.store import Store
from scheduler.delivery import Unreachable
from tests.seeded import emptied, seeded

TABLE = audit_chain._TABLE
ROWS = 7
GUARDS = {
    "sqlite": ("audit_no_change", "audit_no_loss", "audit_no_replacing"),
    "postgresql": ("audit_only_grows ON audit", "audit_not_emptied ON audit"),
}


@pytest.fixture
def chained(either):
    """An office whose audit has ROWS sealed rows."""
    with either.store.transaction() as db:
        there = len(db.execute(select(TABLE.c.id)).all())
        for number in range(ROWS - there):
            audit.append(
                db,
                either.now,
                audit.staff(number),
                "inquiry ack",
                "inquiry_acknowledged",
                about=audit.inquiry(number),
                platform="terminal",
                words=f"inquiry ack INQ-{number}",
            )
    assert seal(either.store, either.now) == ROWS
    return either


@pytest.fixture
def unguarded(chained):
    """The same in the hands of the database's owner, who has taken the triggers away for the time being."""
    guards = GUARDS[chained.store.engine.dialect.name]
    with chained.store.engine.connect() as connection, connection.begin() as transaction:
        for name in guards:
            connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        transaction.rollback()


def checked(connection, known=START):
    with Session(connection, join_transaction_mode="create_savepoint") as db:
        return verify(db, known)


def whole(office, known=START):
    with office.store.transaction() as db:
        found = verify(db, known)
    assert found.broken is None
    return found


def test_rows_are_sealed_in_order_by_a_round(either):
    either.say("dana", "inquiry log email from Jane Doe about a permit")
    either.say("dana", 'inquiry close INQ-1 "sent"')
    before = whole(either)
    assert (before.rows, before.head, before.at) == (0, START, None)
    assert before.waiting == len(either.rows(Audited)) >= 2
    assert before.waiting_since == either.now
    either.tick()
    after = whole(either)
    assert (after.rows, after.waiting, after.at) == (before.waiting, 0, either.now)
    assert [one.number for one in either.rows(Audited)] == list(range(1, after.rows + 1))
    assert [one.before for one in either.rows(Audited)] == [
        START.hash,
        *(one.hash for one in either.rows(Audited)[:-1]),
    ]


def test_the_hash_of_the_same_content_is_the_same_on_both_databases(either):
    with either.store.transaction() as db:
        values = {"id": 900, **audit.entry(either.now, "staff:1", "inquiry clóse", "x", about="inquiry:7")}
        db.execute(TABLE.insert().values(values))
        row = db.execute(select(TABLE).where(TABLE.c.id == 900)).one()
        found = audit_chain.hash_of(row, START.hash)
    content = (
        r'[900,"2026-03-02T15:00:00.000000+00:00","staff:1","inquiry cl\u00f3se","inquiry:7","x",'
        "null,null,null]"
    )
    assert found == sha256(f"{'0' * 64}\n{content}".encode()).hexdigest()


def test_no_name_no_address_and_no_word_is_kept(either):
    either.say("dana", "inquiry log call from Jane Doe 608-555-0133 jane@example.org about a permit")
    either.say("stranger", "inquiry log call from Jane Doe about a permit")
    row = either.rows(Audited)[-1]
    assert (row.who, row.what, row.about) == (f"staff:{either.member('dana').id}", "inquiry log", "inquiry:1")
    assert (row.outcome, row.platform, row.at) == ("inquiry_logged", "terminal", either.now)
    kept = " ".join(map(str, row.model_dump().values())).casefold()
    for word in ("jane", "doe", "608-555", "example", "permit", "dana", "reyes"):
        assert word not in kept


def test_words_are_proven_until_they_are_redacted_and_the_seals_stay_whole(either):
    words = "inquiry log call from Jane Doe about a permit"
    either.say("dana", words)
    either.say("dana", "inquiry log call from Wei Chen about a form")
    seal(either.store, either.now)
    first, second = either.rows(Audited)[-2:]
    assert (audit.proves(first, words), audit.proves(first, words + ".")) == (True, False)
    assert audit.proves(first, f" /{words.replace(' ', '  ')}\n")
    assert first.salt != second.salt
    with either.store.transaction() as db:
        assert audit.forget_words(db, db.get_one(Inquiry, 1)) == 1
    first, second = either.rows(Audited)[-2:]
    assert (first.salt, audit.proves(first, words)) == (None, None)
    assert second.salt is not None
    whole(either)


def test_what_is_rolled_back_leaves_no_row(either):
    there = len(either.rows(Audited))

    def failing():
        with either.store.transaction() as db:
            audit.append(db, either.now, audit.REPLYBY, "give up", "overdue")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert len(either.rows(Audited)) == there


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'staff:9' WHERE id = (SELECT max(id) FROM audit)",
        "UPDATE audit SET at = '2020-01-01 00:00:00'",
        "UPDATE audit SET outcome = 'x', number = 90, before = 'b', hash = 'h' WHERE number IS NULL",
        "UPDATE audit SET number = 90 WHERE number IS NULL",
        "UPDATE audit SET number = NULL, before = NULL, hash = NULL WHERE number IS NOT NULL",
        "UPDATE audit SET number = 90, before = 'b', hash = 'h' WHERE number = 1",
        "UPDATE audit SET salt = 'other'",
        "UPDATE audit SET salt = NULL, digest = NULL",
        "DELETE FROM audit WHERE number IS NULL",
        "DELETE FROM audit WHERE number = 2",
        "INSERT INTO audit (at, who, what, outcome, number, before, hash) "
        "VALUES ('2020-01-01 00:00:00', 'staff:1', 'x', 'x', 90, 'b', 'h')",
    ],
)
def test_the_database_refuses_to_change_or_lose_a_row(chained, statement):
    chained.say("dana", "inquiry log email from Jane Doe about a permit")
    rows = [one.model_dump() for one in chained.rows(Audited)]
    with pytest.raises(DBAPIError, match="only grows"), chained.store.transaction() as db:
        db.execute(text(statement))
    assert [one.model_dump() for one in chained.rows(Audited)] == rows


def test_a_row_is_not_replaced_by_another_nor_the_table_emptied(chained):
    row = "(id, at, who, what, outcome) VALUES (2, '2020-01-01 00:00:00', 'staff:1', 'x', 'x')"
    attempts = {
        "sqlite": f"INSERT OR REPLACE INTO audit {row}",
        "postgresql": "TRUNCATE audit",
    }
    with pytest.raises(DBAPIError, match="only grows"), chained.store.transaction() as db:
        db.execute(text(attempts[chained.store.engine.dialect.name]))
    assert whole(chained).rows == ROWS


def test_any_single_change_to_a_sealed_row_is_found_and_named(unguarded):
    rows = {row.number: row for row in unguarded.execute(select(TABLE))}
    columns = [name for name in TABLE.c.keys() if name not in ("id", "at", "number")]  # noqa: SIM118  # no dict
    said = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=70)

    @given(st.integers(1, ROWS), st.data())
    def one(number, data):
        row = rows[number]
        name = data.draw(st.sampled_from([*columns, "id", "at", "number"]))
        if name == "id":
            value, named = data.draw(st.integers(1000, 2**31 - 1)), number
        elif name == "at":
            moved = st.integers(-(10**13), 10**13).filter(bool)
            value, named = row.at + timedelta(microseconds=data.draw(moved)), number
        elif name == "number":
            others = st.integers(-(2**31), 0) | st.integers(ROWS + 1, 2**31 - 1) | st.none()
            value = data.draw(others)
            named = value if value is not None and value < 1 else number
        else:
            nothing = TABLE.c[name].nullable and name != "salt"
            value = data.draw(
                (said | st.none() if nothing else said).filter(lambda it: it != row._mapping[name])
            )
            named = number
        with unguarded.begin_nested() as change:
            unguarded.execute(update(TABLE).where(TABLE.c.id == row.id).values({name: value}))
            found = checked(unguarded)
            change.rollback()
        assert found.broken is not None, (name, value)
        assert found.broken.number == named, (name, value, found.broken)
        assert found.rows == (0 if named < 1 else number - 1)
        kind = "content changed" if name != "number" else "row missing"
        if name == "number" and (named < 1 or (value is None and number == ROWS)):
            kind = "order changed"
        assert found.broken.wrong.startswith(kind)

    one()
    assert checked(unguarded).broken is None


@pytest.mark.parametrize(("gone", "until"), [((1,), ""), ((3,), ""), ((2, 3, 4), " to 4")])
def test_rows_that_were_taken_away_are_missed(unguarded, gone, until):
    unguarded.execute(delete(TABLE).where(TABLE.c.number.in_(gone)))
    broken = checked(unguarded).broken
    assert (broken.number, broken.row) == (gone[0], None)
    assert broken.wrong == f"row missing: number {gone[0]}{until} is not there"


def test_a_row_that_was_taken_away_is_missed_when_the_others_have_moved_up(unguarded):
    unguarded.execute(delete(TABLE).where(TABLE.c.number == 3))
    for number in range(4, ROWS + 1):
        unguarded.execute(update(TABLE).where(TABLE.c.number == number).values(number=number - 1))
    broken = checked(unguarded).broken
    assert (broken.number, broken.row.number) == (3, 3)
    assert broken.wrong.startswith("row missing")


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 4), (2, ROWS), (1, ROWS)])
def test_rows_that_changed_places_are_found(unguarded, one, other):
    for was, is_ in ((one, 900), (other, one), (900, other)):
        unguarded.execute(update(TABLE).where(TABLE.c.number == was).values(number=is_))
    broken = checked(unguarded).broken
    assert broken.number == one
    assert broken.wrong.startswith("order changed")


def test_a_chain_that_was_cut_or_written_anew_is_seen_against_a_known_head_alone(unguarded):
    with Session(unguarded, join_transaction_mode="create_savepoint") as db:
        known = Head.read(str(head(db)))
    assert known.number == ROWS
    assert checked(unguarded, known).broken is None
    with unguarded.begin_nested() as cut:
        unguarded.execute(delete(TABLE).where(TABLE.c.number > ROWS - 2))
        assert checked(unguarded).broken is None
        broken = checked(unguarded, known).broken
        assert (broken.number, broken.row) == (ROWS - 1, None)
        assert broken.wrong.startswith("row missing")
        cut.rollback()
    unguarded.execute(update(TABLE).values(number=None, before=None, hash=None))
    unguarded.execute(update(TABLE).where(TABLE.c.id == 2).values(who="staff:99"))
    with Session(unguarded, join_transaction_mode="create_savepoint") as db:
        assert audit_chain._seal_some(db) == ROWS
        db.commit()
    assert checked(unguarded).broken is None
    assert checked(unguarded, known).broken.wrong.startswith("content changed: the chain up to here")


@pytest.mark.parametrize(
    "words", ["", "7", "7 abc", "-1 " + "0" * 64, "x " + "0" * 64, "7 " + "g" * 64, "0 " + "a" * 64, "7" * 70]
)
def test_what_is_no_head_is_refused_in_a_sentence(words):
    with pytest.raises(ValueError, match=r"head.*\.$"):
        Head.read(words)


def test_a_seal_that_is_cut_short_leaves_no_half_of_one(either, monkeypatch):
    monkeypatch.setattr(audit_chain, "BATCH", 2)
    for number in range(5):
        either.say("dana", f"inquiry log email from Jane Doe about permit {number}")
    rows = len(either.rows(Audited))
    right, left = audit_chain.hash_of, iter(range(3))

    def failing(row, before):
        if next(left, None) is None:
            raise ZeroDivisionError
        return right(row, before)

    with monkeypatch.context() as crash:
        crash.setattr(audit_chain, "hash_of", failing)
        with pytest.raises(ZeroDivisionError):
            seal(either.store, either.now)
    half = whole(either)
    assert (half.rows, half.waiting) == (2, rows - 2)
    assert seal(either.store, either.now) == rows - 2
    assert whole(either).rows == rows


def test_one_round_seals_so_much_and_the_next_the_rest(either, monkeypatch):
    monkeypatch.setattr(audit_chain, "BATCH", 2)
    monkeypatch.setattr(audit_chain, "MOST", 4)
    for number in range(7):
        either.say("dana", f"inquiry log email from Jane Doe about permit {number}")
    rows = len(either.rows(Audited))
    assert seal(either.store, either.now) == 4
    assert seal(either.store, either.now) == rows - 4
    assert whole(either).rows == rows


def test_many_that_seal_and_append_at_once_make_one_chain(either, monkeypatch):
    monkeypatch.setattr(audit_chain, "BATCH", 3)
    start, faults = Barrier(5), []

    def work(job):
        try:
            start.wait()
            for _ in range(12):
                job()
        except Exception as fault:  # noqa: BLE001  # a thread's fault is told by the test
            faults.append(fault)

    def append():
        with either.store.transaction() as db:
            audit.append(db, either.now, audit.REPLYBY, "give up", "overdue", words="x")

    there = len(either.rows(Audited))
    jobs = [append, append, *[lambda: seal(either.store, either.now)] * 3]
    threads = [Thread(target=work, args=(job,)) for job in jobs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    seal(either.store, either.now)
    found = whole(either)
    assert (found.rows, found.waiting) == (there + 24, 0)


def test_on_postgresql_a_row_that_commits_late_is_sealed_later_and_nobody_waits(postgres_url):
    with seeded(emptied(postgres_url)) as office:
        seal(office.store, office.now)
        there = whole(office).rows
        with office.store.transaction() as late:
            audit.append(late, office.now, audit.REPLYBY, "late", "x")
            late.flush()
            # Neither an ask nor a sealer waits for the one that is under way.
            office.say("dana", "inquiry log email from Jane Doe about a permit")
            assert seal(office.store, office.now) == 1
        assert seal(office.store, office.now) == 1
        late_row, early_row = office.rows(Audited)[-2:]
        assert (late_row.what, late_row.number) == ("late", there + 2)
        assert (early_row.what, early_row.number) == ("inquiry log", there + 1)
        assert whole(office).rows == there + 2


def test_on_postgresql_a_second_sealer_passes_by(postgres_url):
    with seeded(emptied(postgres_url)) as office:
        office.say("dana", "inquiry log email from Jane Doe about a permit")
        other = Store(office.store.url.render_as_string(hide_password=False))
        with other.transaction() as db:
            assert audit_chain._alone(db)
            assert seal(office.store, office.now) == 0
        other.close()
        assert seal(office.store, office.now) >= 1


def test_a_look_that_cannot_write_can_verify(chained):
    with read_only(chained.store.url.render_as_string(hide_password=False)) as db:
        assert verify(db).rows == ROWS


def test_a_word_that_was_given_up_is_in_the_audit(either):
    either.say("sam", "inquiry log email from Jane Doe about a permit owner dana")
    either.chat.fails["dana"] = [Unreachable("user_not_found")]
    either.tick()
    either.tick()
    row = next(one for one in either.rows(Audited) if one.who == audit.REPLYBY)
    assert (row.what, row.about, row.digest) == ("give up", "inquiry:1", None)
    assert row.outcome in {one.template for one in either.owed() if one.state == "dead"}
