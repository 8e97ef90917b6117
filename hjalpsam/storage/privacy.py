"""Masks what points to a person before anything is stored or logged.

mask("mejla anna@exempel.se eller 070-123 45 67", keep=["020-100 200"])
# 'mejla [e-post] eller [telefonnummer]'

What rules can find is masked: numbers, addresses, accounts, and names where the words before say
that a name comes. A name that merely stands in a sentence is not. Where a rule could take a word
that tells of danger or of a group, it leaves it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from wordfreq import get_frequency_dict

from hjalpsam.paths import ROOT

_DASH = "‐‑–—−-"
_BETWEEN = rf"[ ./_{_DASH}]?"  # the parts of a date
_MONTH_AND_DAY = rf"(?:0\d|1[0-2]){_BETWEEN}(?:[0-2]\d|3[01]|[6-8]\d|9[01])"  # a samordningsnummer has day + 60
_CLOCK = rf"\d\d ?[{_DASH}] ?\d\d(?!\d)"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_PLATE = r"[A-HJ-PR-UW-Za-hj-pr-uw-z]{3}[ -]?\d{2}[A-HJ-PR-UW-Za-hj-pr-uw-z\d](?!\w)"
_NO_STREET = "iväg|omväg|utväg|genväg|riksväg|motorväg|järnväg|cykelväg|arbetsplats|brottsplats|mötesplats|skidback"

# In this order: a personal number is also a long number, and looks like a phone number.
_MASKS: list[tuple[re.Pattern[str], str]] = [
    (
        re.compile(r"(?<![\w.+%-])[\w.+%-]+\s?(?:[@＠]|[(\[]at[)\]])\s?[\w-]+(?:(?:\.| ?[(\[]dot[)\]] ?)[\w-]+)+"),
        "[e-post]",
    ),
    (re.compile(r"(?i:(?:instagram|facebook|tiktok|snapchat)\.com/\S+)|(?<![\w.])@[\w.]{3,}"), "[konto]"),
    # 19121212-1212, 121212+1212, 1212121212, 12.12.12-1212
    (
        re.compile(rf"(?<!\d)(?:19|20)?\d{{2}}{_BETWEEN}{_MONTH_AND_DAY}\s?[+./_{_DASH}]?\s?(?:\d{{4}}|TF\d\d)(?!\d)"),
        "[personnummer]",
    ),
    (re.compile(rf"(?<=född )(?:den )?(?:19|20)?\d{{2}}{_BETWEEN}{_MONTH_AND_DAY}(?!\d)"), "[födelsedatum]"),
    (re.compile(rf"(?<!\d)(?:\+46|0046|07\d)(?:[\s().,·/{_DASH}]{{0,3}}\d){{6,}}(?!\d)"), "[telefonnummer]"),
    # other phone numbers, but not a date (01/02 2026) or hours (09-12 13-16)
    (
        re.compile(
            rf"(?<!\d)(?<!\d[.,])(?!\d\d[/{_DASH}]\d\d[ /{_DASH}]{_YEAR})(?!{_CLOCK}[ ,]+(?:och )?{_CLOCK})"
            rf"(?:\+|00|0)\d(?:[\s()/{_DASH}]{{0,3}}\d){{5,}}(?!\d)"
        ),
        "[telefonnummer]",
    ),
    (re.compile(r"(?<![\d.])0\d{1,3}(?:[._]\d{2,3}){2,4}(?![\d.])"), "[telefonnummer]"),  # 033.12.34.56
    # other long numbers, but not years, a date or a sum of money
    (
        re.compile(
            rf"(?<!\d)(?!{_CLOCK}[ ,]+(?:och )?{_CLOCK})(?!{_YEAR}(?:[ {_DASH}]{_YEAR})+)"
            rf"(?!(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d| ?-?\d))"
            rf"(?!\d{{1,3}}(?: \d{{3}})+ ?(?:kr|sek|personer|människor|invånare|miljon))"
            rf"\d(?:[ {_DASH}]?\d){{6,}}(?!\d)"
        ),
        "[nummer]",
    ),
    (re.compile(rf"(?<=regnr )(?:är )?{_PLATE}|(?<=bilen )(?:är |med )?{_PLATE}"), "[registreringsnummer]"),
    # a street and its number, perhaps with the flat; a postcode and its place
    (
        re.compile(
            rf"(?<!\w)(?!(?:{_NO_STREET}))[^\W\d_][\w-]{{2,40}}(?:gatan|gata|g\.|vägen|väg|gränd|gränden|torget|torg|stigen|"
            rf"allén|backen|plats|platsen|leden|parken|höjden|ringen),?(?: nr\.?)? ?\d{{1,3}}(?:[{_DASH}]\d{{1,3}})?"
            r" ?(?:[a-h](?!\w))?(?:,? ?(?:lgh|lägenhet) ?\d+)?(?!\w)",
            re.IGNORECASE,
        ),
        "[adress]",
    ),
    (re.compile(r"(?<!\d)\d{3} \d{2},? (?=[A-ZÅÄÖ][a-zåäöé])[\w-]+"), "[adress]"),
]
_PLATE_IN_CAPITALS = re.compile(r"(?<!\w)(?P<letters>[A-HJ-PR-UW-Z]{3})[ -]?\d{2}[A-HJ-PR-UW-Z\d](?!\w)")
_NO_PLATES = {"sos", "nmr", "gta", "bup", "hvb", "lvu", "afa"}

_NAME = (
    r"""(?P<lead>[:"”(]* ?)(?P<name>[^\W\d_][\w'’-]*)"""
    r"""(?:,? (?:(?:von|af|al|de|el) )?[A-ZÅÄÖÉ][a-zåäöé][\w'’-]*| \w+(?i:sson)(?!\w)| [A-ZÅÄÖ]\.(?!\w))*"""
)
_RELATIVES = (
    "son|söner|dotter|döttrar|barn|bror|brorsa|lillebror|storebror|syster|syrra|lillasyster|storasyster|man|fru|make|"
    "maka|exman|exfru|ex|sambo|pojkvän|flickvän|kille|tjej|pojke|flicka|kompis|vän|polare|granne|elev|klasskamrat|"
    "kollega|chef|lärare|rektor|imam|kusin|brorson|systerson|barnbarn|pappa|farsa|mamma|morsa|mormor|morfar|farmor|"
    "farfar|moster|faster|morbror|farbror|svåger|styvson|styvdotter|styvpappa|brother|sister|son|daughter|friend|"
    "husband|wife|neighbour|cousin"
)
_RELATIVE = rf"(?:{_RELATIVES})(?:n|en|nen|nan)?"
# After these a name comes: any word that begins with a capital letter or is no common one …
_CALLED = re.compile(
    rf"(?<!\w)(?P<before>(?i:(?:jag|han|hon|hen|de|{_RELATIVE}) (?:heter|hette)|(?:mitt|hans|hennes|vårt) namn är|"
    rf"(?:my|his|her) (?:(?:{_RELATIVES}) is called|(?:(?:{_RELATIVES})['’]s )?name is)))(?= |:){_NAME}"
)
# … after these only if it is a first name.
_PERHAPS = [
    re.compile(rf"(?<!\w)(?P<before>(?i:som heter|jag är|jag e|i am|i['’]m|this is) ){_NAME}"),
    re.compile(rf"(?<!\w)(?P<before>(?i:mvh|vh|kram|hälsning(?:ar)?(?: från)?|vänligen|regards)[.,/]{{0,2}} ?){_NAME}"),
    re.compile(
        rf"(?<!\w)(?P<before>(?i:min|mitt|vår|våran|mina|våra|hans|hennes|deras|my|our) (?:[\w-]+ )?"
        rf"(?i:{_RELATIVE}),? ){_NAME}"
    ),
]
_FOLLOWS_CALLED = {"det", "den", "du", "ni", "inte", "något", "nåt", "samma", "så", "när", "som", "vad", "on", "not"}
_MOST_ROUNDS = 3  # a mask may free what stood beside it


def mask(text: str, keep: Iterable[str] = ()) -> str:
    """The text with e-mail and street addresses, accounts, numbers and names masked.

    Args:
        text: what somebody typed.
        keep: numbers that stay however they are spaced: those the assistant gives itself.
    """
    kept = {_digits(number) for number in keep}
    for _ in range(_MOST_ROUNDS):
        masked = _names_masked(_numbers_masked(text, kept))
        if masked == text:
            break
        text = masked
    return text


def _numbers_masked(text: str, kept: set[str]) -> str:
    for pattern, label in _MASKS:
        text = pattern.sub(lambda match: match.group() if _digits(match.group()) in kept else label, text)  # noqa: B023
    if text.isupper():  # three letters and three digits are words and a number then
        return text
    return _PLATE_IN_CAPITALS.sub(
        lambda match: match.group() if _is_word(match["letters"]) else "[registreringsnummer]", text
    )


def _names_masked(text: str) -> str:
    text = _CALLED.sub(lambda match: _without_name(match, _may_be_name(match["name"])), text)
    for pattern in _PERHAPS:
        text = pattern.sub(lambda match: _without_name(match, _is_first_name(match["name"])), text)
    return text


def _without_name(match: re.Match[str], is_name: bool) -> str:
    return f"{match['before']}{match['lead']}[namn]" if is_name else match.group()


def _may_be_name(word: str) -> bool:
    """Any word where a name is due, but for common ones in small letters and those that lead on."""
    if word.lower() in _FOLLOWS_CALLED:
        return False
    return word[0].isupper() or _is_first_name(word) or not _is_common(word)


def _is_first_name(word: str) -> bool:
    """A common first name; one that is also a word ("klara") only with a capital letter."""
    names, also_words = _first_names()
    return word.lower() in names or (word.istitle() and word.lower() in also_words)


def _is_common(word: str) -> bool:
    return word.lower() in get_frequency_dict("sv", "small") or word.lower() in get_frequency_dict("en", "small")


def _is_word(letters: str) -> bool:
    return letters.lower() in _NO_PLATES or get_frequency_dict("sv", "small").get(letters.lower(), 0) > 1e-5


@lru_cache(maxsize=1)
def _first_names() -> tuple[frozenset[str], frozenset[str]]:
    """Names, and names that are also words, of data/first_names.txt."""
    names, _, also_words = (ROOT / "data" / "first_names.txt").read_text(encoding="utf-8").partition("# also words")
    return frozenset(names.split()), frozenset(also_words.split())


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
