"""Forgetting: a conversation is deleted when it is asked for and when it has been idle.

What is kept for review is deleted after its days. Rasa has none of this.
Its in-memory and SQL tracker stores are supported.
"""

import asyncio
import datetime
import json
import logging
import time
from collections.abc import AsyncIterator

import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.tracker_store import (
    FailSafeTrackerStore,
    InMemoryTrackerStore,
    SQLTrackerStore,
    TrackerStore,
)
from rasa.shared.core.trackers import DialogueStateTracker

from hjalpsam.hours.clock import Clock, system_clock
from hjalpsam.storage.resources import facts_file
from hjalpsam.storage.review import shared_inbox

logger = logging.getLogger(__name__)

CHECK_EVERY = 60.0  # seconds
LOOKS_KEPT = datetime.timedelta(days=365)  # who has looked at what was kept for review


class UnsupportedStoreError(Exception):
    """A tracker store from which conversations could not be deleted; refused at start."""


def storage(store: TrackerStore) -> InMemoryTrackerStore | SQLTrackerStore:
    """The store that holds the conversations, inside what Rasa wraps around it.

    Raises:
        UnsupportedStoreError: for a kind of store that this module cannot delete from.
    """
    while isinstance(store, FailSafeTrackerStore):
        store = store._tracker_store
    if isinstance(store, (InMemoryTrackerStore, SQLTrackerStore)):
        return store
    raise UnsupportedStoreError(
        f"endpoints.yml: tracker_store: samtal kan inte raderas ur {type(store).__name__}. "
        "Använd type: in_memory eller type: SQL."
    )


async def forget(agent: Agent, sender: str, unless_used_since: float | None = None) -> bool:
    """Delete a conversation and all its events, after any turn that is still going on.

    With `unless_used_since` (seconds since 1970) it stays, and the answer is False, if it has a
    later event.
    """
    store = storage(agent.tracker_store)
    async with agent.lock_store.lock(sender):
        if unless_used_since is not None and _last_event(store, sender) >= unless_used_since:
            return False
        _delete(store, sender)
    return True


async def replace(agent: Agent, tracker: DialogueStateTracker) -> None:
    """Put a conversation in place of the one with its id, which may have had more events."""
    async with agent.lock_store.lock(tracker.sender_id):
        _delete(storage(agent.tracker_store), tracker.sender_id)  # a store that appends would keep what is to go
        await agent.tracker_store.save(tracker)


def _delete(store: InMemoryTrackerStore | SQLTrackerStore, sender: str) -> None:
    if isinstance(store, InMemoryTrackerStore):
        store.store.pop(sender, None)
        return
    with store.session_scope() as session:
        session.query(store.SQLEvent).filter_by(sender_id=sender).delete()
        session.commit()


async def forget_idle(agent: Agent, minutes: float, now: float | None = None) -> int:
    """Delete conversations without an event for so many minutes; how many there were.

    Args:
        agent: the running assistant.
        minutes: how long a conversation may be idle.
        now: seconds since 1970, as in Rasa's events; the present if None.
    """
    oldest = (time.time() if now is None else now) - minutes * 60
    idle = [sender async for sender, last in _last_events(storage(agent.tracker_store)) if last < oldest]
    return sum([await forget(agent, sender, unless_used_since=oldest) for sender in idle])


def _last_event(store: InMemoryTrackerStore | SQLTrackerStore, sender: str) -> float:
    """The time of a conversation's last event; 0 if there is none."""
    if isinstance(store, InMemoryTrackerStore):
        events = json.loads(store.store.get(sender, '{"events": []}'))["events"]
        return max((event["timestamp"] or 0 for event in events), default=0)
    with store.session_scope() as session:
        last = session.query(sa.func.max(store.SQLEvent.timestamp)).filter_by(sender_id=sender).scalar()
        return last or 0


async def _last_events(
    store: InMemoryTrackerStore | SQLTrackerStore,
) -> AsyncIterator[tuple[str, float]]:
    """Each conversation with the time of its last event."""
    if isinstance(store, InMemoryTrackerStore):
        for sender in list(store.store):
            yield sender, _last_event(store, sender)
            await asyncio.sleep(0)  # residents come first
    else:
        event = store.SQLEvent
        with store.session_scope() as session:
            rows = session.query(event.sender_id, sa.func.max(event.timestamp)).group_by(event.sender_id)
            for sender, last in rows.all():
                yield sender, last or 0


async def keep_forgetting(agent_of: object, minutes: float) -> None:
    """For ever, delete idle conversations once a minute, and what has been kept for review long enough.

    Args:
        agent_of: something with an attribute `agent` (Sanic's app.ctx), looked up each time
            since Rasa may replace the agent.
        minutes: how long a conversation may be idle.
    """
    while True:
        await asyncio.sleep(CHECK_EVERY)
        try:
            if agent := getattr(agent_of, "agent", None):
                await forget_idle(agent, minutes)
        except Exception as error:
            logger.error("Gamla samtal kunde inte raderas: %s.", type(error).__name__)
        try:
            await asyncio.to_thread(forget_reviewed)
        except Exception as error:
            logger.error("Gamla meddelanden i Granska kunde inte raderas: %s.", type(error).__name__)


def forget_reviewed(clock: Clock = system_clock) -> int:
    """Delete what has been kept for review long enough, or all of it where review is switched off; how much."""
    facts = facts_file().current()
    if not facts.review_days:
        return shared_inbox().forget()
    today = clock().astimezone(facts.helpline.zone).date()
    shared_inbox().forget_looks(before=clock() - LOOKS_KEPT)
    return shared_inbox().forget(before=today - datetime.timedelta(days=facts.review_days - 1))
