"""A start without a wall of messages that no operator can act upon.

Rasa 3.6 and its libraries warn about each other's old ways at every start, and change
Python's warning filters while doing so. Their warnings are shown with HJALPSAM_DEBUG=1.

    python -m hjalpsam.operations.quiet rasa run …          any module, quietly; its errors are kept
"""

import os
import runpy
import sys
import warnings

ENVIRONMENT = {
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "SQLALCHEMY_WARN_20": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
}


def quiet() -> None:
    """Quiet this process and those it starts; call it before importing rasa."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    if os.environ.get("HJALPSAM_DEBUG"):
        return
    os.environ.update(ENVIRONMENT)
    # not by filters: libraries add their own in front of ours
    warnings.showwarning = lambda *args, **kwargs: None


if __name__ == "__main__":
    from hjalpsam.storage.error_log import keep_errors

    quiet()
    keep_errors(os.environ.get("SUPERVISOR_PROCESS_NAME", "process"))
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
