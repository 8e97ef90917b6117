"""Conversations are forgotten when asked for and when idle, in each store that is supported."""

import asyncio
import types

import pytest
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import DynamoTrackerStore, FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from hjalpsam.conversation import retention
from hjalpsam.conversation.retention import UnsupportedStoreError, forget, forget_idle, keep_forgetting, storage

NOW = 1_800_000_000.0  # seconds since 1970


@pytest.fixture(params=["in memory", "SQL"])
def agent(request, tmp_path):
    """What retention needs of Rasa's agent."""
    domain = Domain.empty()
    if request.param == "SQL":
        store = SQLTrackerStore(domain, dialect="sqlite", db=str(tmp_path / "tracker.db"))
    else:
        store = InMemoryTrackerStore(domain)
    return types.SimpleNamespace(tracker_store=FailSafeTrackerStore(store), lock_store=InMemoryLockStore())


async def talk(agent, sender, *minutes_ago):
    events = [UserUttered("hemligt", timestamp=NOW - 60 * minutes) for minutes in minutes_ago]
    await agent.tracker_store.save(DialogueStateTracker.from_events(sender, events))


async def senders(agent):
    return sorted(await agent.tracker_store.keys())


async def test_one_conversation_is_forgotten_and_no_other(agent):
    await talk(agent, "one", 1)
    await talk(agent, "other", 1)
    await forget(agent, "one")
    assert await senders(agent) == ["other"]


async def test_forgetting_what_is_not_there_is_no_error(agent):
    await forget(agent, "nobody")


async def test_idle_conversations_are_forgotten_by_their_last_event(agent):
    await talk(agent, "idle", 90, 31)
    await talk(agent, "in use", 90, 29)
    assert await forget_idle(agent, 30, NOW) == 1
    assert await senders(agent) == ["in use"]


async def test_the_job_goes_on_after_an_error(monkeypatch, caplog):
    monkeypatch.setattr(retention, "CHECK_EVERY", 0.01)
    broken = types.SimpleNamespace(agent=types.SimpleNamespace(tracker_store=object()))
    job = asyncio.create_task(keep_forgetting(broken, 30))
    await asyncio.sleep(0.05)
    assert "kunde inte raderas" in caplog.text
    assert not job.done()
    job.cancel()


async def test_the_job_forgets(agent, monkeypatch):
    monkeypatch.setattr(retention, "CHECK_EVERY", 0.01)
    await agent.tracker_store.save(DialogueStateTracker.from_events("idle", [UserUttered("hej", timestamp=1.0)]))
    job = asyncio.create_task(keep_forgetting(types.SimpleNamespace(agent=agent), 30))
    for _ in range(100):
        await asyncio.sleep(0.01)
        if not await senders(agent):
            break
    job.cancel()
    assert await senders(agent) == []


def test_a_store_that_cannot_forget_is_refused():
    store = DynamoTrackerStore.__new__(DynamoTrackerStore)
    with pytest.raises(UnsupportedStoreError, match="DynamoTrackerStore"):
        storage(store)
