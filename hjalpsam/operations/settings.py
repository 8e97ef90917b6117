"""Settings from the environment, with defaults that keep everything on this machine."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from hjalpsam.operations.processes import processes
from hjalpsam.paths import STATE_FOLDER
from hjalpsam.storage.models import replace_file

FILE = STATE_FOLDER / "settings.json"  # of the assistant that runs, or has run last


class SettingsError(Exception):
    """A setting cannot be used; the message (Swedish) says which and why."""


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")


@dataclass(frozen=True)
class Settings:
    """Addresses of the two servers.

    Attributes:
        host: HJALPSAM_HOST, where residents reach the assistant; loopback unless told otherwise.
        port: HJALPSAM_PORT.
        action_port: HJALPSAM_ACTION_PORT, of the action server, always on loopback.
        origins: HJALPSAM_ORIGINS, the websites whose pages may talk to the chat, separated by spaces.
        proxies: HJALPSAM_PROXIES, how many reverse proxies stand in front; None: credentials.yml says it.
    """

    host: str = "127.0.0.1"
    port: int = 5005
    action_port: int = 5055
    origins: tuple[str, ...] = ()
    proxies: int | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings, with defaults for what is not set.

        Raises:
            SettingsError: when a port is none, both are the same, an origin is none, or `proxies` no number.
        """
        settings = cls(
            host=environment.get("HJALPSAM_HOST") or cls.host,
            port=_port(environment, "HJALPSAM_PORT", cls.port),
            action_port=_port(environment, "HJALPSAM_ACTION_PORT", cls.action_port),
            origins=tuple(environment.get("HJALPSAM_ORIGINS", "").split()),
            proxies=_proxies(environment),
        )
        if settings.port == settings.action_port:
            raise SettingsError(
                f"HJALPSAM_PORT och HJALPSAM_ACTION_PORT är båda {settings.port}, men ska vara två olika portar. "
                "Ändra en av dem."
            )
        for origin in settings.origins:
            if not _ORIGIN.fullmatch(origin):
                raise SettingsError(
                    f"HJALPSAM_ORIGINS: {origin!r} går inte att använda. Skriv webbplatsen med https:// först, små "
                    "bokstäver och inget efter namnet, inte ens ett snedstreck, till exempel https://www.kommun.se"
                )
        return settings

    def remember(self) -> None:
        """Let commands find the assistant that runs with this state folder, whatever their own environment says."""
        replace_file(FILE, json.dumps(asdict(self)).encode())

    @classmethod
    def of_the_running(cls) -> "Settings":
        """Those of the assistant that runs with this state folder; of the environment when none does.

        Raises:
            SettingsError: as `from_environment`.
        """
        try:
            known = json.loads(FILE.read_text(encoding="utf-8")) if processes() != [] else None
            return cls(**{**known, "origins": tuple(known["origins"])}) if known else cls.from_environment()
        except (OSError, ValueError, TypeError, KeyError):
            return cls.from_environment()

    @property
    def address(self) -> str:
        """Where the chat is found."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host
        return f"http://{host}:{self.port}/"


def operator(environment: Mapping[str, str] = os.environ) -> str:
    """What to call whoever gives a command, by the name they are logged in with."""
    return environment.get("SUDO_USER") or environment.get("USER") or "okänd"


def _proxies(environment: Mapping[str, str]) -> int | None:
    text = environment.get("HJALPSAM_PROXIES", "")
    if text and not (text.isascii() and text.isdigit() and len(text) == 1):
        raise SettingsError(
            f"HJALPSAM_PROXIES är {text!r}, men ska vara hur många proxyer som står framför chatten: 0, eller oftast 1."
        )
    return int(text) if text else None


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:
        raise SettingsError(f"{name} är {text!r}, men ska vara ett portnummer, till exempel {default}.")
    return int(text)
