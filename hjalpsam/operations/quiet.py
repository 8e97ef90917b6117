"""A start without a wall of messages that no operator can act upon.

Rasa 3.6 and its libraries warn about each other's old ways at every start. Their warnings are
shown again with HJALPSAM_DEBUG=1.
"""

import os
import warnings

ENVIRONMENT = {
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "SQLALCHEMY_WARN_20": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TQDM_DISABLE": "1",
    "RASA_TELEMETRY_ENABLED": "false",
}


def quiet() -> None:
    """Quiet this process and those it starts; call it before importing rasa."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    if os.environ.get("HJALPSAM_DEBUG"):
        return
    os.environ.update(ENVIRONMENT)
    warnings.simplefilter("ignore")
