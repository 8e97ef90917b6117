"""Masks what points to a person before anything is stored or logged.

mask("mejla anna@exempel.se eller 070-123 45 67", keep=["020-100 200"])
# 'mejla [e-post] eller [telefonnummer]'
"""

import re
from collections.abc import Iterable
from functools import partial

_DASH = "‐‑–—−-"

# In this order: a personal number is also a long number, and looks like a phone number.
_MASKS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"[\w.+%-]+\s?[@＠]\s?[\w-]+(?:\.[\w-]+)+"), "[e-post]"),
    # personnummer and samordningsnummer (day + 60): 19121212-1212, 121212+1212, 1212121212
    (
        re.compile(
            rf"(?<!\d)(?:19|20)?\d{{2}}(?:0\d|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])\s?[+.{_DASH}]?\s?\d{{4}}(?!\d)"
        ),
        "[personnummer]",
    ),
    (re.compile(rf"(?<!\d)(?<!\d[.,])(?:\+|00|0)\d(?:[\s()/{_DASH}]{{0,3}}\d){{5,}}(?!\d)"), "[telefonnummer]"),
    (re.compile(r"(?<![\d.])0\d{1,3}(?:[._]\d{2,3}){2,4}(?![\d.])"), "[telefonnummer]"),  # 070.123.45.67
    # other long numbers, but not a span of years or a date
    (
        re.compile(
            rf"(?<!\d)(?!(?:19|20)\d\d[{_DASH}](?:19|20)\d\d(?!\d))(?!(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d| ?-?\d))"
            rf"\d(?:[ {_DASH}]?\d){{6,}}(?!\d)"
        ),
        "[nummer]",
    ),
]


def mask(text: str, keep: Iterable[str] = ()) -> str:
    """The text with e-mail addresses, personal and phone numbers and other long numbers masked.

    Args:
        text: what somebody typed.
        keep: numbers that stay however they are spaced: those the assistant gives itself.
    """
    kept = {_digits(number) for number in keep}

    def masked(match: re.Match[str], replacement: str) -> str:
        return match.group() if _digits(match.group()) in kept else replacement

    for pattern, replacement in _MASKS:
        text = pattern.sub(partial(masked, replacement=replacement), text)
    return text


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
