"""`python -m hjalpsam`, or bin/hjalpsam: the operator's command."""

import sys

from hjalpsam.operations.quiet import quiet

if __name__ == "__main__":
    quiet()
    from hjalpsam.operations.cli import main

    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
