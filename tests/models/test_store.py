"""The engine, transactions, columns, and rows that are stored once."""

import contextlib
import stat
import threading
import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlmodel import SQLModel, select

from models.absence import Absence
from models.inbox import Heard
from models.inquiry import Inquiry, State
from models.store import Store, database_url, insert_once
from models.trouble import Trouble, trouble_of

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


@pytest.fixture
def store(either):
    return either.store


def inquiry(**values):
    given = {
        "department_id": 1, "owner_id": 1, "channel": "call", "customer": "Jane Doe", "subject": "a permit",
        "received_at": NOON, "logged_at": NOON, "logged_by_id": 1,
    }  # fmt: skip
    return Inquiry(**(given | values))


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("sqlite:///var/replyby.db", "sqlite"),
        ("sqlite+pysqlite:///var/replyby.db", "sqlite"),
        ("postgres://clerk@db/replyby", "postgresql+psycopg"),
        ("postgresql://clerk@db/replyby", "postgresql+psycopg"),
        ("postgresql+psycopg://clerk@db/replyby", "postgresql+psycopg"),
    ],
)
def test_an_address_names_its_driver(address, driver):
    assert database_url(address).drivername == driver


@pytest.mark.parametrize(
    "address",
    [
        "", "replyby.db", "sqlite://", "sqlite:///:memory:", "sqlite:///file:replyby?mode=memory&uri=true",
        "mysql://clerk:hunter2@db/replyby", "postgresql+asyncpg://clerk:hunter2@db/replyby",
        "postgresql://clerk:hunter2@db:port/replyby",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_refused_in_a_sentence_without_its_password(address):
    with pytest.raises(
        ValueError, match=r"^The database .*\.$|^The database .*…$|^The database .*…\)\.$"
    ) as told:
        database_url(address)
    assert "hunter2" not in str(told.value)


def test_an_address_of_two_slashes_is_refused_with_the_right_form():
    with pytest.raises(ValueError, match=r"lacks a slash: sqlite:///var/replyby\.db "):
        database_url("sqlite://var/replyby.db")


def test_a_transaction_commits_when_it_ends_well(store):
    with store.transaction() as db:
        db.add(Heard(key="a", heard_at=NOON))
    with store.transaction() as db:
        assert db.get(Heard, "a") is not None


def test_a_transaction_keeps_nothing_of_what_failed(store):
    def fail():
        with store.transaction() as db:
            insert_once(db, Heard, {"key": "a", "heard_at": NOON, "reply": None})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.transaction() as db:
        assert db.exec(select(Heard)).all() == []


def test_what_was_read_in_a_transaction_can_be_used_after_it(store):
    with store.transaction() as db:
        heard = Heard(key="a", heard_at=NOON)
        db.add(heard)
    assert heard.key == "a"


def test_a_naive_instant_is_refused_at_the_column(store):
    with pytest.raises(StatementError, match="A naive datetime is no instant"), store.transaction() as db:
        db.add(Heard(key="a", heard_at=NOON.replace(tzinfo=None)))


def test_a_naive_instant_is_refused_in_a_question_too(store):
    with pytest.raises(StatementError, match="A naive datetime is no instant"), store.transaction() as db:
        db.exec(select(Heard).where(Heard.heard_at < NOON.replace(tzinfo=None))).all()


@pytest.mark.parametrize("hours", [0, -6, 13.75])
def test_an_instant_comes_back_as_it_was_in_utc(store, hours):
    moment = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=hours)))
    with store.transaction() as db:
        db.add(Heard(key="a", heard_at=moment))
    with store.transaction() as db:
        kept = db.get_one(Heard, "a").heard_at
        assert (kept, kept.tzinfo) == (moment, UTC)
        assert db.exec(select(Heard.key).where(Heard.heard_at == moment)).all() == ["a"]


def test_instants_are_in_order_whatever_zone_they_were_written_in(store):
    east, west = timezone(timedelta(hours=13)), timezone(timedelta(hours=-11))
    with store.transaction() as db:
        db.add(Heard(key="later", heard_at=datetime(2026, 3, 2, 1, tzinfo=west)))
        db.add(Heard(key="earlier", heard_at=datetime(2026, 3, 2, 23, tzinfo=east)))
    with store.transaction() as db:
        assert db.exec(select(Heard.key).order_by(Heard.heard_at)).all() == ["earlier", "later"]


def test_a_state_is_stored_as_its_word(store):
    with store.transaction() as db:
        db.add(inquiry(state=State.ANSWERED))
        db.flush()
        assert db.execute(text("SELECT state FROM inquiry")).scalar() == "answered"
        assert db.exec(select(Inquiry)).one().state is State.ANSWERED


def test_a_row_that_refers_to_nothing_is_refused(store):
    with pytest.raises(IntegrityError), store.transaction() as db:
        db.add(Absence(staff_id=99, first=NOON.date(), last=NOON.date(), told_at=NOON))


def test_an_error_of_the_database_does_not_repeat_what_was_stored(store):
    with pytest.raises(IntegrityError) as told, store.transaction() as db:
        db.add(inquiry(customer="Jane Doe", channel=None))
    words = "".join(traceback.format_exception(told.value))
    assert "channel" in words
    assert "Jane" not in words


def test_a_row_is_inserted_once(store):
    with store.transaction() as db:
        assert insert_once(db, Heard, {"key": "a", "heard_at": NOON, "reply": None})
        assert not insert_once(db, Heard, {"key": "a", "heard_at": NOON, "reply": {"n": 2}})
        # The transaction goes on after the refusal.
        assert insert_once(db, Heard, {"key": "b", "heard_at": NOON, "reply": None})
    with store.transaction() as db:
        assert not insert_once(db, Heard, {"key": "a", "heard_at": NOON, "reply": {"n": 3}})
        assert {row.key: row.reply for row in db.exec(select(Heard))} == {"a": None, "b": None}


def test_a_savepoint_that_is_rolled_back_leaves_what_was_before_it(store):
    with store.transaction() as db:
        insert_once(db, Heard, {"key": "before", "heard_at": NOON, "reply": None})
        savepoint = db.begin_nested()
        insert_once(db, Heard, {"key": "within", "heard_at": NOON, "reply": None})
        savepoint.rollback()
        assert insert_once(db, Heard, {"key": "within", "heard_at": NOON, "reply": {"n": 1}})
    with store.transaction() as db:
        assert {row.key: row.reply for row in db.exec(select(Heard))} == {"before": None, "within": {"n": 1}}


def test_of_many_who_insert_at_once_one_succeeds(store):
    won = []

    def insert():
        with store.transaction() as db:
            won.append(insert_once(db, Heard, {"key": "a", "heard_at": NOON, "reply": None}))

    threads = [threading.Thread(target=insert) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(won) == [False] * 7 + [True]


def test_a_new_sqlite_file_and_its_log_are_the_owners_alone(tmp_path):
    path = tmp_path / "var" / "replyby.db"
    store = Store(f"sqlite:///{path}")
    SQLModel.metadata.create_all(store.engine)
    with store.transaction() as db:
        db.add(Heard(key="a", heard_at=NOON))
        files = sorted(path.parent.iterdir())
        assert [one.name for one in files] == ["replyby.db", "replyby.db-shm", "replyby.db-wal"]
        assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    store.close()


def test_sqlite_keeps_a_commit_through_a_power_cut_and_minds_references(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'replyby.db'}")
    with store.transaction() as db:
        asked = [
            db.execute(text(f"PRAGMA {one}")).scalar()
            for one in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert asked == ["wal", 2, 1]
    store.close()


def test_a_transaction_that_reads_first_and_writes_later_waits_for_its_turn_on_sqlite(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'replyby.db'}")
    SQLModel.metadata.create_all(store.engine)

    def read_then_write(key):
        with store.transaction() as db:
            count = len(db.exec(select(Heard)).all())
            db.add(Heard(key=key, heard_at=NOON, reply={"before": count}))

    threads = [threading.Thread(target=read_then_write, args=(str(number),)) for number in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with store.transaction() as db:
        assert sorted(row.reply["before"] for row in db.exec(select(Heard))) == list(range(10))
    store.close()


def test_on_postgresql_whoever_stands_still_in_a_transaction_is_cut_off_and_nobody_waits_for_ever(
    fresh_postgres,
):
    store = Store(fresh_postgres)
    with store.transaction() as db:
        assert db.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "30s"
        assert db.execute(text("SHOW lock_timeout")).scalar() == "20s"
    store.close()


def test_who_only_reads_waits_for_no_writer(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'replyby.db'}", busy_seconds=0.01)
    SQLModel.metadata.create_all(store.engine)
    with store.transaction() as writer:
        writer.add(Heard(key="a", heard_at=NOON))
        writer.flush()
        with store.reading() as reader:
            assert reader.exec(select(Heard)).all() == []
        with pytest.raises(OperationalError, match="locked"), store.transaction() as other:
            other.connection()
    with store.reading() as reader:
        assert len(reader.exec(select(Heard)).all()) == 1
    store.close()


def test_the_clock_of_postgresql_is_its_servers_and_sqlite_has_none(store):
    shown = store.server_time()
    if not store.on_postgresql:
        assert shown is None
        return
    assert shown.tzinfo is UTC
    with store.transaction() as db:
        assert timedelta() <= db.execute(text("SELECT now()")).scalar_one() - shown < timedelta(minutes=1)


def heard(key):
    return Heard(key=key, heard_at=NOON, reply=None)


def test_transactions_that_share_a_commit_are_stored_together_and_fail_apart(store):
    with store.together() as part:
        for key in ("first", "second", "third"):
            with contextlib.suppress(ZeroDivisionError), part() as db:
                db.add(heard(key))
                db.flush()
                if key == "second":
                    raise ZeroDivisionError
    with store.transaction() as db:
        assert sorted(row.key for row in db.exec(select(Heard))) == ["first", "third"]


def test_of_transactions_that_share_a_commit_none_is_stored_when_the_block_fails(store):
    def begin_and_fail():
        with store.together() as part:
            with part() as db:
                db.add(heard("first"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begin_and_fail()
    with store.transaction() as db:
        assert db.exec(select(Heard)).all() == []


def test_what_one_has_read_is_read_anew_by_the_next_that_shares_its_commit(store):
    with store.together() as part:
        with part() as db:
            mine = heard("first")
            db.add(mine)
        with part() as db:
            again = db.get_one(Heard, "first")
            assert again is not mine


def test_writers_of_one_process_wait_for_their_turn_and_not_for_sqlites_lock(tmp_path):
    # With no patience at all SQLite refuses whoever finds it taken.
    store = Store(f"sqlite:///{tmp_path / 'replyby.db'}", busy_seconds=30)
    SQLModel.metadata.create_all(store.engine)
    event.listen(store.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=0"))
    store.engine.dispose()
    inside, go_on = threading.Event(), threading.Event()

    def hold():
        with store.transaction() as db:
            db.add(heard("first"))
            db.flush()
            inside.set()
            go_on.wait()

    def wait():
        with store.transaction() as db:
            db.add(heard("second"))

    holding, waiting = threading.Thread(target=hold), threading.Thread(target=wait)
    holding.start()
    inside.wait()
    waiting.start()
    go_on.set()
    holding.join()
    waiting.join()
    with store.transaction() as db:
        assert sorted(row.key for row in db.exec(select(Heard))) == ["first", "second"]
    store.close()


def test_who_gets_no_turn_is_told_by_the_database_that_it_is_busy(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'replyby.db'}", busy_seconds=0.05)
    SQLModel.metadata.create_all(store.engine)
    found = []

    def try_it():
        try:
            with store.transaction() as db:
                db.add(heard("second"))
        except OperationalError as error:
            found.append(trouble_of(error))

    with store.transaction() as db:
        db.add(heard("first"))
        db.flush()
        trying = threading.Thread(target=try_it)
        trying.start()
        trying.join()
    assert found == [Trouble.BUSY]
    store.close()
