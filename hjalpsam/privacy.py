"""Masks what points to a person before anything is stored or logged.

mask("mejla anna@exempel.se eller 070-123 45 67", keep=["020-100 200"])
# 'mejla [e-post] eller [telefonnummer]'

What rules can find is masked: numbers, addresses, and names where a sentence says that a name
comes. A name that merely stands in a sentence is not.
"""

import re
from collections.abc import Iterable
from functools import lru_cache, partial

from wordfreq import get_frequency_dict

from hjalpsam.resources import ROOT

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
    (re.compile(r"(?<!\w)(?!SOS )[A-HJ-PR-UW-Z]{3} ?\d{2}[A-HJ-PR-UW-Z\d](?!\w)"), "[registreringsnummer]"),
    # a street and its number, perhaps with the flat; a postcode and its place
    (
        re.compile(
            r"(?<!\w)[^\W\d_][\w-]{0,40}(?:gatan|gata|vägen|väg|gränd|gränden|torget|torg|stigen|allén|backen|platsen|leden)"
            r" \d{1,3} ?(?:[a-h](?!\w))?(?:,? ?(?:lgh|lägenhet) ?\d+)?(?!\w)",
            re.IGNORECASE,
        ),
        "[adress]",
    ),
    (re.compile(r"(?<!\d)\d{3} ?\d{2},? (?=[A-ZÅÄÖ][a-zåäöé])[\w-]+"), "[adress]"),
]

_NAME = r"(?P<name>[^\W\d_][\w'-]*)(?P<surname>(?: [A-ZÅÄÖÉ][a-zåäöé]\w*(?:-\w+)?)*)"
_RELATIVES = (
    "son|dotter|bror|brorsa|lillebror|storebror|syster|syrra|lillasyster|storasyster|man|fru|make|maka|sambo|"
    "pojkvän|flickvän|kille|tjej|kompis|vän|polare|granne|elev|klasskamrat|kollega|chef|kusin|brorson|systerson|"
    "barnbarn|pappa|farsa|mamma|morsa|styvson|styvdotter|styvpappa|brother|sister|daughter|friend|husband|wife|"
    "neighbour|cousin"
)
# After these a name comes: any word that is no common one …
_CALLED = re.compile(
    rf"(?<!\w)(?P<before>(?i:(?:jag|han|hon|hen|{_RELATIVES})(?:n|en)? (?:heter|hette|kallas) (?:för )?|"
    rf"(?:my|his|her) name is )){_NAME}"
)
# … and after these only if it is a name.
_PERHAPS = re.compile(
    rf"(?<!\w)(?P<before>(?i:(?:som heter|jag är|jag e|det är|i am|i'm|this is|mvh|hälsningar|vänligen),? |"
    rf"(?:min|mitt|vår|våran|hans|hennes|deras|my|our) (?:\w+ )?(?:{_RELATIVES})(?:n|en)?,? )){_NAME}"
)


def mask(text: str, keep: Iterable[str] = ()) -> str:
    """The text with e-mail and street addresses, numbers and names masked.

    Args:
        text: what somebody typed.
        keep: numbers that stay however they are spaced: those the assistant gives itself.
    """
    kept = {_digits(number) for number in keep}

    def masked(match: re.Match[str], replacement: str) -> str:
        return match.group() if _digits(match.group()) in kept else replacement

    for pattern, replacement in _MASKS:
        text = pattern.sub(partial(masked, replacement=replacement), text)
    text = _CALLED.sub(lambda match: _without_name(match, not _is_common(match["name"])), text)
    return _PERHAPS.sub(lambda match: _without_name(match, _is_name(match["name"])), text)


def _without_name(match: re.Match[str], is_name: bool) -> str:
    return f"{match['before']}[namn]" if is_name else match.group()


def _is_name(word: str) -> bool:
    """A common first name, or a capitalised word that is no common one."""
    return word.lower() in _first_names() or (word.istitle() and not _is_common(word))


def _is_common(word: str) -> bool:
    """A common Swedish or English word, and no first name."""
    is_known = word.lower() in get_frequency_dict("sv", "small") or word.lower() in get_frequency_dict("en", "small")
    return is_known and word.lower() not in _first_names()


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    return frozenset((ROOT / "data" / "first_names.txt").read_text(encoding="utf-8").split())


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
