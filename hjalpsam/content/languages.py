"""The languages of the assistant, by their codes (CLDR's, which Babel speaks)."""

from typing import Any

ENTITY = "language"  # found by hjalpsam/nlu/languages.py

SWEDISH = "sv"
ENGLISH = "en"
ANSWERED = (SWEDISH, ENGLISH)
"""It answers everything in these."""

POINTED_ON = ("ar", "ckb", "fa", "fi", "ku", "so")
"""In these it says one thing: whom to call, and in which languages. `ku` is Kurmanji, `ckb` Sorani."""

FROM_RIGHT = ("ar", "ckb", "fa")
"""Written from right to left."""


def locale_of(language: str) -> str:
    """The locale whose dates and lists the assistant uses: British for English."""
    return "en_GB" if language == ENGLISH else language


def answered_in(language: str | None) -> str:
    """The language of the answer to somebody who writes in a language: Swedish where there is no other."""
    return language if language in ANSWERED else SWEDISH


def language_of(message: Any) -> str | None:
    """The language that a message is clearly in or asks for; `message`: as Rasa parsed it, or Rasa's Message."""
    return next((str(found["value"]) for found in message.get("entities", []) if found["entity"] == ENTITY), None)
