"""A new model is taken up beside the conversations, and one that cannot be read changes nothing."""

import asyncio
import inspect
import shutil
import time

import pytest
import rasa.core.agent
from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig

from hjalpsam.channels.web import WebInput
from hjalpsam.engine import model_loading
from hjalpsam.engine.assistant import load_assistant
from hjalpsam.operations import action_server
from hjalpsam.storage import models
from hjalpsam.storage.models import Models
from tests.client import text_of
from tests.conftest import free_port, serving, started


@pytest.fixture
async def served(model, tmp_path, monkeypatch):
    """The action server with a model of its own; its address and the models."""
    here = Models(tmp_path, tmp_path / "live.json")
    monkeypatch.setattr(action_server, "installed", here)
    shutil.copy(model, tmp_path / "one.tar.gz")
    models.note(tmp_path / "one.tar.gz", commit="abc")  # Rasa does not mind what it carries
    action_server.Sanic._app_registry.clear()
    server, port = await started(action_server.make_app())
    yield EndpointConfig(f"http://127.0.0.1:{port}/model"), here
    server.close()
    await server.wait_closed()


def test_rasa_still_does_what_is_replaced():
    source = inspect.getsource(rasa.core.agent)
    assert source.count("await _update_model_from_server(model_server, agent)") == 2
    assert "_load_and_set_updated_model(agent, temporary_directory, new_fingerprint)" in source
    assert list(inspect.signature(rasa.core.agent._update_model_from_server).parameters) == ["model_server", "agent"]


async def test_the_live_model_is_fetched_once_and_the_next_one_when_it_is_put_live(served):
    endpoint, here = served
    agent = Agent()
    await model_loading.update_model(endpoint, agent)
    assert not agent.is_ready(), "nothing is live yet"
    here.promote(here.folder / "one.tar.gz", "Kim", "prov")
    await model_loading.update_model(endpoint, agent)
    assert agent.processor.model_filename == "one.tar.gz"
    first = agent.processor
    await model_loading.update_model(endpoint, agent)
    assert agent.processor is first, "it is there already"
    shutil.copy(here.folder / "one.tar.gz", here.folder / "two.tar.gz")
    here.promote(here.folder / "two.tar.gz", "Kim", "prov")
    await model_loading.update_model(endpoint, agent)
    assert agent.processor.model_filename == "two.tar.gz"


async def test_a_damaged_record_is_told_once_and_the_model_that_answers_stays(served, caplog):
    endpoint, here = served
    agent = Agent()
    here.promote(here.folder / "one.tar.gz", "Kim", "prov")
    await model_loading.update_model(endpoint, agent)
    (here.folder / "live.json").write_text("[{")
    for _ in range(3):
        await model_loading.update_model(endpoint, agent)
    assert agent.processor.model_filename == "one.tar.gz"
    assert caplog.text.count("är skadad") == 1
    assert "Traceback" not in caplog.text


async def test_a_broken_model_leaves_the_old_one_and_is_tried_once(served, caplog):
    endpoint, here = served
    agent = Agent()
    here.promote(here.folder / "one.tar.gz", "Kim", "prov")
    await model_loading.update_model(endpoint, agent)
    shutil.copy(here.folder / "one.tar.gz", here.folder / "broken.tar.gz")
    here.promote(here.folder / "broken.tar.gz", "Kim", "prov")
    (here.folder / "broken.tar.gz").write_bytes(b"no model")
    for _ in range(3):
        await model_loading.update_model(endpoint, agent)
    assert agent.processor.model_filename == "one.tar.gz"
    assert caplog.text.count("Modellen kunde inte läsas") == 1
    shutil.copy(here.folder / "one.tar.gz", here.folder / "broken.tar.gz")
    await model_loading.update_model(endpoint, agent)
    assert agent.processor.model_filename == "broken.tar.gz", "trained anew, it is taken up"


async def test_nobody_waits_while_a_model_is_read(served, monkeypatch):
    endpoint, here = served
    here.promote(here.folder / "one.tar.gz", "Kim", "prov")
    monkeypatch.setattr(rasa.core.agent, "_load_and_set_updated_model", lambda *_: time.sleep(0.5))
    reading = asyncio.create_task(model_loading.update_model(endpoint, Agent()))
    turns = 0
    while not reading.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 10, "the loop went on"


async def test_an_action_server_that_is_away_changes_nothing():
    agent = Agent()
    await model_loading.update_model(EndpointConfig(f"http://127.0.0.1:{free_port()}/model"), agent)
    assert not agent.is_ready()


# What must be in each answer: "berätta mer" is understood only if the conversation has gone on.
TALK = [("vad är CKS?", "Centrum"), ("berätta mer", "CKS"), ("är orostelefonen öppen nu?", "020-100 200")]


PAUSE = 0.5  # seconds between the messages of a conversation


async def test_ten_swaps_under_load_one_of_them_to_a_broken_file_lose_no_reply(served, model):
    """Over HTTP, as residents talk; each swap is taken up as Rasa's scheduler would."""
    endpoint, here = served
    here.promote(here.folder / "one.tar.gz", "Kim", "prov")
    agent = await load_assistant(model)
    unlimited = WebInput(messages_per_minute=0, sessions_per_minute=0)
    async with serving(agent, unlimited) as residents:
        ended, answers = asyncio.Event(), []

        async def talk():
            while not ended.is_set():
                sender, _ = await residents.open()
                for message, told in TALK:
                    answers.append((told, text_of(await residents.say(sender, message))))
                    await asyncio.sleep(PAUSE)

        talking = [asyncio.create_task(talk()) for _ in range(3)]
        for number in range(10):
            name = f"{number}.tar.gz"
            shutil.copy(model, here.folder / name)
            here.promote(here.folder / name, "Kim", "prov")
            if number == 5:
                (here.folder / name).write_bytes(b"no model")
            await model_loading.update_model(endpoint, agent)
            assert agent.processor.model_filename == ("4.tar.gz" if number == 5 else name)
        ended.set()
        await asyncio.gather(*talking)
    assert len(answers) > 20
    assert [answer for told, answer in answers if told not in answer] == []
