"""Rasa's own checks, as its command line runs them."""

import os
import shutil
import subprocess
import sys

from hjalpsam.conversation.cases import Case, ChannelTalk, run, story_of
from hjalpsam.conversation.turn import Turns
from hjalpsam.paths import ROOT


def rasa(*arguments):
    environment = {**os.environ, "HJALPSAM_ACTION_PORT": "1"}
    return subprocess.run(
        [sys.executable, "-m", "hjalpsam.operations.quiet", "rasa", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


async def test_stories_are_predicted_ours_and_one_that_staff_saved(model, agent, tmp_path):
    (tmp_path / "stories").mkdir()
    shutil.copy("tests/test_stories.yml", tmp_path / "stories")
    (tmp_path / "stories" / "test_saved.yml").write_text(await saved_story(agent), encoding="utf-8")
    result = rasa(
        "test", "core", "--model", str(model), "--stories", str(tmp_path / "stories"), "--out", str(tmp_path),
        "--fail-on-prediction-errors", "--no-plot",
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


async def saved_story(agent):
    """As the staff's page gives it: two questions at once, a worry, a button."""
    talk = ChannelTalk(Turns("staff"), agent, agent.handle_message)
    turns = [{"says": "hej! är telefonen öppen och vad är nmr?"}, {"says": "jag är orolig för min son"}]
    turns += [{"presses": "Ja, gärna"}]
    await run(Case(name="sparat", now="2026-12-24T10:00", turns=turns), talk)
    return story_of(await agent.tracker_store.retrieve(talk._sender), "sparat")
