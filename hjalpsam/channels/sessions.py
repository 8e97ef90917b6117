"""Signed conversation ids: random, dated, and worth nothing on another channel."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from itsdangerous import BadSignature, TimestampSigner

from hjalpsam.resources import STATE_FOLDER

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
        if not isinstance(sender, str):
            return False
        try:
            self._signer.unsign(sender, max_age=MAX_AGE)
        except (BadSignature, UnicodeEncodeError):
            return False
        return True


@lru_cache(maxsize=1)
def installation_secret(folder: Path = STATE_FOLDER) -> str:
    """HJALPSAM_SECRET, or one made at first start and kept in a file that only its owner can read."""
    if secret := os.environ.get("HJALPSAM_SECRET"):
        return secret
    path = folder / "secret"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(32)
        file.write(secret)
    return secret
