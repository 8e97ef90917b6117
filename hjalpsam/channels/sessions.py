"""Signed conversation ids: random, dated, and worth nothing on another channel."""

import os
import re
import secrets
import tempfile
from functools import lru_cache
from pathlib import Path

from itsdangerous import BadSignature, TimestampSigner

from hjalpsam.paths import STATE_FOLDER

_FORM = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}")

MAX_AGE = 24 * 60 * 60  # seconds; an idle conversation is forgotten long before


class Sessions:
    """Gives out and checks the ids of one channel (128 random bits, HMAC by itsdangerous)."""

    def __init__(self, secret: str, channel: str) -> None:
        """`secret`: the same for all processes of an installation."""
        self._signer = TimestampSigner(secret, salt=f"hjalpsam.{channel}")

    def new(self) -> str:
        """A conversation id that nobody can guess."""
        return self._signer.sign(secrets.token_urlsafe(16)).decode()

    def valid(self, sender: object) -> bool:
        """Whether this is an id we gave out within `MAX_AGE`."""
        # base64 ignores foreign characters, which would give one conversation many names
        if not isinstance(sender, str) or not _FORM.fullmatch(sender):
            return False
        try:
            self._signer.unsign(sender, max_age=MAX_AGE)
        except BadSignature:
            return False
        return True


@lru_cache(maxsize=1)
def installation_secret(folder: Path = STATE_FOLDER) -> str:
    """HJALPSAM_SECRET, or one made at first start and kept in a file that only its owner can read."""
    if secret := os.environ.get("HJALPSAM_SECRET"):
        return secret
    path = folder / "secret"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists() or not path.read_text(encoding="ascii").strip():
        # written beside and moved, so that nobody ever reads half a secret
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
        Path(file.name).replace(path)
    return path.read_text(encoding="ascii").strip()
