"""Puts models live, takes them back, and asks the running assistant how it is."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hjalpsam.operations.processes import processes
from hjalpsam.operations.settings import Settings
from hjalpsam.storage.models import ModelError, installed

Tell = Callable[[str], None]

TAKEN_UP_WITHIN = 60.0  # seconds
# it is tried twice (hjalpsam/conversation/self_test.py)
FAILS_FOR = 12.0  # seconds until a model that does not work is taken back
KEPT_MODELS = 10

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # not by way of http_proxy


class VerificationError(Exception):
    """A model was put live, did not work, and was taken back; the message (Swedish) says why."""


def health(address: str) -> dict[str, Any] | None:
    """What the assistant at an address says of itself (docs/api.md); None when nothing answers."""
    try:
        with _direct.open(f"{address}webhooks/web/health", timeout=5) as response:
            return dict(json.load(response))
    except urllib.error.HTTPError as error:
        try:
            return dict(json.load(error))
        except ValueError:
            return None
    except (OSError, ValueError):
        return None


def put_live(model: Path, who: str, why: str, settings: Settings, tell: Tell, timeout: float = TAKEN_UP_WITHIN) -> None:
    """Make a model live, see that the running assistant has taken it up and answers; if not, take it back.

    With no assistant running it is live from the next start. Older models than the last
    `KEPT_MODELS` are deleted.

    Raises:
        ModelError: when it cannot be read; nothing has changed then.
        VerificationError: when it did not work.
    """
    before = installed.live()
    installed.promote(model, who, why)
    if health(settings.address) is None and processes() == []:
        tell("Assistenten är inte i gång. Modellen gäller från nästa start.")
    else:
        tell("Väntar på att assistenten tar upp modellen …")
        if (reason := _not_working(model, settings, timeout)) and before and before != model:
            installed.take_back(before, who, f"tillbaka av sig själv: {reason}")
            raise VerificationError(f"Modellen togs tillbaka: {reason}. {before.name} gäller igen.")
        if reason:
            raise VerificationError(
                f"Modellen fungerar inte ({reason}), och det finns ingen tidigare att gå tillbaka till."
            )
        tell(f"{model.name} är i gång.")
    installed.forget_old(KEPT_MODELS)


def roll_back(who: str, why: str, settings: Settings, tell: Tell) -> Path:
    """Make the model live that was so before the present one; which it is.

    Raises:
        ModelError: when there is none.
        VerificationError: as `put_live`.
    """
    model = installed.previous()
    if model is None:
        raise ModelError(
            "Det finns ingen tidigare modell att gå tillbaka till. «hjalpsam models» visar dem som finns; "
            "en av dem läggs ut med «hjalpsam promote» och dess namn."
        )
    put_live(model, who, why, settings, tell)
    return model


def _not_working(model: Path, settings: Settings, timeout: float) -> str | None:
    """Why the assistant does not answer with a model, in half a Swedish sentence; None when it does.

    What else is wrong, as with facts.yml, was so before: it must not keep a better model from going live.
    """
    deadline = time.monotonic() + timeout
    failing_since: float | None = None
    while time.monotonic() < deadline:
        said = health(settings.address) or {}
        if said.get("model") == model.name:
            if "model" not in said["problems"]:
                return None
            failing_since = failing_since or time.monotonic()
            if time.monotonic() > failing_since + FAILS_FOR:
                break
        time.sleep(0.5)
    if failing_since:
        return "den klarade inte ett kort samtal med sig själv"
    return f"assistenten tog inte upp den på {timeout:.0f} sekunder"
