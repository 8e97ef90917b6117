"""Sets the password of the staff's pages: `make password`."""

import getpass
import os
import sys

from hjalpsam.access import PASSWORD_FILE, SHORTEST, hashed


def main() -> int:
    """Ask twice, keep the hash in a file that only its owner can read; 1 when nothing was changed."""
    password = getpass.getpass(f"Nytt lösenord för personalens sidor, minst {SHORTEST} tecken: ")
    if len(password) < SHORTEST:
        print(f"Lösenordet är för kort. Välj ett på minst {SHORTEST} tecken, gärna en mening.", file=sys.stderr)
        return 1
    if getpass.getpass("En gång till: ") != password:
        print("Det var inte samma lösenord. Inget är ändrat.", file=sys.stderr)
        return 1
    PASSWORD_FILE.parent.mkdir(parents=True, exist_ok=True)
    PASSWORD_FILE.unlink(missing_ok=True)
    with os.fdopen(os.open(PASSWORD_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(hashed(password))
    print(f"Lösenordet är satt ({PASSWORD_FILE.name}). Starta om assistenten, så gäller det på /staff/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
