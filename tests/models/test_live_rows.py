"""What is not done with is found by its own index, however much was said before."""

import pytest
from sqlalchemy import event, text

from models import outbox
from models.claiming import claim
from models.outbox import Sending
from scheduler import auditor

SAID, OWED = 400, 3


@pytest.fixture
def busy(either):
    """An office that has said much, and owes little."""
    dana = outbox.to_staff(either.member("dana"))
    rows = [outbox.row(f"word:{one}", dana, "help", {}, now=either.now) for one in range(SAID + OWED)]
    for row in rows[:SAID]:
        row["state"] = Sending.SENT
    with either.store.transaction() as db:
        outbox.put_all(db, rows)
    return either


@pytest.mark.parametrize("known", [False, True])
def test_a_claim_and_the_auditor_read_no_word_that_was_said(busy, known):
    asked = []

    def note(*given):
        asked.append(given[2:4])

    engine, how = busy.store.engine, "EXPLAIN" if busy.store.on_postgresql else "EXPLAIN QUERY PLAN"
    if known:
        with engine.begin() as connection:
            connection.execute(text("ANALYZE outbox"))
        engine.dispose()
    event.listen(engine, "before_cursor_execute", note)
    try:
        with busy.store.transaction() as db:
            assert len(claim(db, busy.now)) == 1
        auditor._stuck(busy.store, busy.now)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    asked = [(one, given) for one, given in asked if "IN ('owed', 'sending')" in one]
    assert len(asked) >= 3
    with engine.begin() as connection:
        if busy.store.on_postgresql:
            # A table of this size is read whole.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        for one, given in asked:
            plan = connection.exec_driver_sql(f"{how} {one}", given).all()
            said = " ".join(str(row[-1]) for row in plan)
            # Both begin with the state. Which of them PostgreSQL takes hangs on its statistics just then.
            by_state = ("ix_outbox_live", *(["ix_outbox_next"] if busy.store.on_postgresql else []))
            assert any(index in said for index in by_state), (one, said)
