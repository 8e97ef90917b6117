"""The trained models: which one is live, which were, and what is known of each.

    installed.promote(model, who="Kim", why="nya öppettider")
    installed.live()             # its path
    about(model)["figures"]      # what its evaluation said

`.hjalpsam/live.json` lists what has been put live, the latest last; it is replaced as a whole, so
whoever reads it never sees half of it. What is known of a model travels in its archive, which
Rasa reads without minding.
"""

import datetime
import io
import json
import os
import tarfile
import tempfile
import zlib
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from hjalpsam.paths import MODELS, ROOT, STATE_FOLDER

MOST_PROMOTIONS = 100  # remembered
QUICKLY = 6  # of gzip: at 9, its default here, it takes five times as long for one per cent
_ABOUT = "hjalpsam.json"  # in the archive
_DOMAIN = "components/domain_provider/domain.yml"


class ModelError(Exception):
    """A model that is not there or cannot be read; the message (Swedish) says which and what to do."""


@dataclass(frozen=True)
class Promotion:
    """A model that was put live: by its file's name, when (ISO 8601, UTC), by whom and why.

    `failed`: it did not work and was taken back at once; nobody wants to go back to it.
    """

    model: str
    at: str
    who: str
    why: str
    failed: bool = False


class Models:
    """The models in a folder, and the record of what has been put live."""

    def __init__(self, folder: Path = MODELS, record: Path = STATE_FOLDER / "live.json") -> None:
        """By default those of this installation."""
        self.folder, self._record = folder, record

    def promotions(self) -> list[Promotion]:
        """What has been put live, the latest last; empty before the first time.

        Raises:
            ModelError: when the record is damaged.
        """
        try:
            return _read_promotions(self._record, self._record.stat().st_mtime_ns)
        except FileNotFoundError:
            return []
        except (ValueError, TypeError):
            raise ModelError(
                f"{self._record} är skadad, så det går inte att se vilken modell som är i gång. "
                "Ta bort filen, och lägg ut en modell med «hjalpsam promote»."
            ) from None

    def live(self) -> Path | None:
        """The live model; None before the first one and when its file has gone."""
        past = self.promotions()
        path = self.folder / past[-1].model if past else None
        return path if path and path.exists() else None

    def previous(self) -> Path | None:
        """The model that was live before the present one, and is still there."""
        past = self.promotions()
        for promotion in reversed(past):
            path = self.folder / promotion.model
            if promotion.model != past[-1].model and not promotion.failed and path.exists():
                return path
        return None

    def promote(self, model: Path, who: str, why: str, now: datetime.datetime | None = None) -> None:
        """Make a model the live one; the running assistant takes it up within seconds.

        Raises:
            ModelError: when it cannot be unpacked, or the record is damaged.
        """
        if not is_whole(model):
            raise ModelError(f"Modellen {model.name} finns inte eller går inte att läsa. «hjalpsam models» visar alla.")
        self._write([*self.promotions(), Promotion(model.name, _iso(now), who, why)])

    def take_back(self, model: Path, who: str, why: str) -> None:
        """Make `model` live again in place of the latest one, which has failed."""
        *past, failed = self.promotions()
        self._write([*past, replace(failed, failed=True), Promotion(model.name, _iso(), who, why)])

    def _write(self, promotions: list[Promotion]) -> None:
        kept = [asdict(promotion) for promotion in promotions[-MOST_PROMOTIONS:]]
        replace_file(self._record, json.dumps(kept, ensure_ascii=False, indent=1).encode())

    def all(self) -> list[Path]:
        """Every model that is there, the newest first."""
        return sorted(self.folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)

    def forget_old(self, keep: int) -> list[Path]:
        """Delete all but the newest `keep` models; never the live one nor the one before it. What was deleted."""
        kept = {*self.all()[:keep], self.live(), self.previous()}
        old = [model for model in self.all() if model not in kept]
        for model in old:
            model.unlink()
        return old


def _iso(now: datetime.datetime | None = None) -> str:
    return (now or datetime.datetime.now(datetime.timezone.utc)).isoformat(timespec="seconds")


installed = Models()


@lru_cache(maxsize=4)
def _read_promotions(path: Path, _: int) -> list[Promotion]:
    """By the time of the file's last change."""
    return [Promotion(**promotion) for promotion in json.loads(path.read_text(encoding="utf-8"))]


def is_whole(model: Path) -> bool:
    """Whether a model is there and can be unpacked."""
    try:
        with tarfile.open(model) as archive:
            return any(name.endswith("metadata.json") for name in archive.getnames())
    except (OSError, tarfile.TarError, EOFError, zlib.error):
        return False


def fits_the_code(model: Path) -> bool:
    """Whether the components that a whole model was made of are where it looks for them; they may have moved since."""
    try:
        nodes = json.loads(_member(model, "metadata.json"))["predict_schema"]["nodes"].values()
    except (KeyError, ValueError):
        return True  # no model of Rasa's; Rasa says so
    ours = {node["uses"].rpartition(".")[0] for node in nodes if node["uses"].startswith("hjalpsam.")}
    return all((ROOT / f"{module.replace('.', '/')}.py").is_file() for module in ours)


def about(model: Path) -> dict[str, Any]:
    """What is known of a model (see `note`); {} of one that was trained without that."""
    try:
        return dict(json.loads(_member(model, _ABOUT)))
    except KeyError:
        return {}


def domain_of(model: Path) -> str:
    """The domain that a model was trained with, as YAML."""
    return _member(model, _DOMAIN).decode()


def note(model: Path, **more: Any) -> None:
    """Add to what is known of a model. The file is replaced as a whole."""
    known = json.dumps({**about(model), **more}, ensure_ascii=False, indent=1).encode()
    packed = io.BytesIO()
    with tarfile.open(model) as old, tarfile.open(fileobj=packed, mode="w:gz", compresslevel=QUICKLY) as new:
        for member in old.getmembers():
            if member.name != _ABOUT:
                new.addfile(member, old.extractfile(member) if member.isfile() else None)
        entry = tarfile.TarInfo(_ABOUT)
        entry.size = len(known)
        new.addfile(entry, io.BytesIO(known))
    replace_file(model, packed.getvalue())


def _member(model: Path, name: str) -> bytes:
    """Raises KeyError when it is not in the archive, ModelError when there is no archive."""
    try:
        with tarfile.open(model) as archive:
            file = archive.extractfile(name)
            assert file is not None
            return file.read()
    except (OSError, tarfile.TarError, EOFError, zlib.error):
        raise ModelError(f"Modellen {model.name} finns inte eller går inte att läsa.") from None


def replace_file(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file as a whole: whoever reads it sees the old or the new one, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
