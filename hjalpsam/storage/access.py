"""Who may use the staff's pages: a password that they share, or a token for scripts.

The password is kept as a hash that is slow to guess (Argon2, by argon2-cffi), in a file that
`make password` writes. Who logs in gets a signed bearer that is worth something for an hour and
is renewed while it is used, for a working day. The name that goes with it is what people call
themselves: it says in the log who has looked, and nothing checks it.
"""

import hmac
import os
import time
from collections.abc import Mapping
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from itsdangerous import BadData, URLSafeTimedSerializer

from hjalpsam.content.written import visible
from hjalpsam.paths import STATE_FOLDER

LASTS = 60 * 60  # seconds that a bearer is valid
RENEWED_FOR = 12 * 60 * 60  # seconds after the login
SHORTEST = 12  # characters of a password
LONGEST_NAME = 40  # characters
SCRIPT = "skript"  # what whoever has the token is called in the log
NAMELESS = "utan namn"
PASSWORD_FILE = STATE_FOLDER / "staff_password"

_HASHER = PasswordHasher(parallelism=1)  # the other core is for residents


class AccessError(Exception):
    """The staff's password cannot be used; the message (Swedish) says why and what to do."""


class Access:
    """Checks passwords and bearers.

    >>> access = Access(hashed("en lång mening"), secret="x")
    >>> bearer = access.log_in("en lång mening", "Kim")
    >>> access.who(f"Bearer {bearer}")
    'Kim'
    """

    def __init__(self, password_hash: str = "", token: str = "", secret: str = "") -> None:
        """`password_hash`: by `hashed`; `token`: for scripts; `secret`: signs bearers. Empty: there is none."""
        self._password_hash, self._token = password_hash, token
        # a new password makes the bearers of the old one worthless
        self._bearers = URLSafeTimedSerializer(secret + password_hash, salt="hjalpsam.staff.bearer")

    @classmethod
    def from_environment(cls, secret: str, environment: Mapping[str, str] = os.environ) -> "Access":
        """HJALPSAM_STAFF_TOKEN; the hash HJALPSAM_STAFF_PASSWORD_HASH, or that in HJALPSAM_STAFF_PASSWORD_FILE.

        Raises:
            AccessError: when the file named cannot be read or what is there is no hash.
        """
        written = environment.get("HJALPSAM_STAFF_PASSWORD_HASH", "") or _read(environment)
        if written:
            try:
                _HASHER.check_needs_rehash(written)
            except InvalidHashError:
                raise AccessError(
                    "Personalens lösenord går inte att läsa: det ska vara en rad som börjar med $argon2. "
                    "Gör en ny med make password."
                ) from None
        return cls(written, environment.get("HJALPSAM_STAFF_TOKEN", ""), secret)

    @property
    def is_on(self) -> bool:
        """Whether anybody can get in at all."""
        return bool(self._password_hash or self._token)

    def log_in(self, password: str, name: str) -> str | None:
        """A bearer for whoever knows the password, else None. Takes a fifth of a second on purpose."""
        try:
            _HASHER.verify(self._password_hash, password)
        except (VerificationError, InvalidHashError, UnicodeError):
            return None
        return self._bearer(" ".join(visible(name).split())[:LONGEST_NAME] or NAMELESS, int(time.time()))

    def renewed(self, authorization: str) -> str | None:
        """A new bearer for one that is valid; None for others, for the token, and a working day after the login."""
        read = self._read(authorization)
        return self._bearer(*read) if read and time.time() - read[1] < RENEWED_FOR else None

    def who(self, authorization: str) -> str | None:
        """The name of whoever sends this `Authorization` header; None for those who may not come in."""
        given = authorization.encode(errors="surrogateescape")
        if self._token and hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            return SCRIPT
        read = self._read(authorization)
        return read[0] if read else None

    def _bearer(self, name: str, since: int) -> str:
        bearer = self._bearers.dumps([name, since])
        return bearer if isinstance(bearer, str) else bearer.decode()

    def _read(self, authorization: str) -> tuple[str, int] | None:
        """Name and time of the login of a valid bearer."""
        try:
            name, since = self._bearers.loads(authorization.removeprefix("Bearer "), max_age=LASTS)
            return str(name), int(since)
        except (BadData, UnicodeError):
            return None


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(password)


def password_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the hash is kept: HJALPSAM_STAFF_PASSWORD_FILE, or a file of this installation."""
    return Path(environment.get("HJALPSAM_STAFF_PASSWORD_FILE") or PASSWORD_FILE)


def _read(environment: Mapping[str, str]) -> str:
    path = password_file(environment)
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        if path == PASSWORD_FILE:
            return ""
        raise AccessError(f"HJALPSAM_STAFF_PASSWORD_FILE: filen {path} finns inte.") from None
    except OSError as error:
        raise AccessError(f"Personalens lösenord i {path} går inte att läsa ({error.strerror}).") from None
