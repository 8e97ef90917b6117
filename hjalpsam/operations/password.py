"""Sets the password of the staff's pages: `make password`."""

import getpass
import os
import sys

from hjalpsam.storage.access import SHORTEST, hashed, password_file
from hjalpsam.storage.models import replace_file


def main() -> int:
    """Ask twice, keep the hash in a file that only its owner can read; 1 when nothing was changed."""
    password = getpass.getpass(f"Nytt lösenord för personalens sidor, minst {SHORTEST} tecken: ")
    if len(password) < SHORTEST:
        print(f"Lösenordet är för kort. Välj ett på minst {SHORTEST} tecken, gärna en mening.", file=sys.stderr)
        return 1
    if getpass.getpass("En gång till: ") != password:
        print("Det var inte samma lösenord. Inget är ändrat.", file=sys.stderr)
        return 1
    file = password_file()
    replace_file(file, hashed(password).encode(), mode=0o600)
    print(f"Lösenordet är satt ({file.name}). Starta om assistenten, så gäller det på /staff/.")
    if os.environ.get("HJALPSAM_STAFF_PASSWORD_HASH"):
        print("HJALPSAM_STAFF_PASSWORD_HASH är också satt, och gäller i stället. Ta bort den.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
