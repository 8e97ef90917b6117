"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

STATE_FOLDER = Path(os.environ.get("HJALPSAM_STATE", ROOT / ".hjalpsam"))
"""What the assistant writes for itself: its secret, locks, caches, counts. Not in git."""

MODELS = Path(os.environ.get("HJALPSAM_MODELS", ROOT / "models"))
"""Trained models, named by what went into them, and which of them is live. Not in git."""
