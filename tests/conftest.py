"""What many tests need: the trained assistant, and channels that speak HTTP on this machine."""

import contextlib
import os
import socket
import tempfile

import hypothesis
import pytest

os.environ["HJALPSAM_STATE"] = tempfile.mkdtemp(prefix="hjalpsam-test-")
os.environ["HJALPSAM_ACTION_PORT"] = "1"  # nobody listens there: actions run in this process

from hjalpsam.operations.quiet import quiet  # noqa: E402

quiet()

hypothesis.settings.register_profile("project", deadline=None)  # the machine may be busy
hypothesis.settings.load_profile("project")


TRAINS = "tests/test_conversations.py"  # the first file that needs a model, which may have to be trained
LONG = ["test_server.py", "test_floors.py", "test_element.py", "test_staff.py", "test_parts.py"]


def pytest_collection_modifyitems(items):
    """While one worker trains, the other runs what needs no model; then what takes long, so that both end together."""
    needs_model = {item.path for item in items if "model" in getattr(item, "fixturenames", ())}

    def place(item):
        if item.path.as_posix().endswith(TRAINS):
            return 0
        if item.path not in needs_model:
            return 1
        return 2 if item.path.name in LONG else 3

    items.sort(key=place)


WEBSITE = "https://www.kommun.test"  # the one other site whose pages may talk to the chat


@pytest.fixture(scope="session")
def model():
    """The model for the current files; trained if there is none."""
    from hjalpsam.operations.train import ensure_model

    return ensure_model()


@pytest.fixture(scope="session")
async def agent(model):
    """The whole assistant in this process, with real actions."""
    from hjalpsam.engine.assistant import load_assistant

    return await load_assistant(model)


@pytest.fixture(scope="session")
async def residents(agent):
    """A client of the residents' channel, without limits on how often."""
    from hjalpsam.channels.web import WebInput

    async with serving(
        agent, WebInput(messages_per_minute=0, address_messages_per_minute=0, sessions_per_minute=0)
    ) as client:
        yield client


@pytest.fixture(scope="session")
async def staff(agent):
    """A client of the staff's channel, with the right token."""
    from hjalpsam.channels.staff import StaffInput

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALPSAM_STAFF_TOKEN", "a token")
        channel = StaffInput(messages_per_minute=0, address_messages_per_minute=0, sessions_per_minute=0)
    async with serving(agent, channel, {"Authorization": "Bearer a token"}) as client:
        yield client


@contextlib.asynccontextmanager
async def serving(agent, channel, headers=None, beside=()):
    """Serve a channel as `rasa run` does, perhaps with others beside it, and give a client of it."""
    import rasa.core.run
    from sanic import Sanic

    from tests.client import ChatClient

    Sanic._app_registry.clear()  # Rasa gives every app the same name
    app = rasa.core.run.configure_app([channel, *beside], cors=[WEBSITE], enable_api=False)
    app.ctx.agent = agent
    server, port = await started(app)
    await server.before_start()
    await server.after_start()
    async with ChatClient(f"http://127.0.0.1:{port}", channel.name(), headers) as client:
        client.app, client.channel = app, channel
        yield client
    await server.before_stop()
    server.close()
    await server.wait_closed()


async def started(app):
    """A server of a Sanic app on a free port, and the port."""
    from sanic.touchup.service import TouchUp

    port = free_port()
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
    await server.startup()
    TouchUp.run = lambda app: None  # Sanic has rewritten its own methods; a second time would fail
    return server, port


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
