"""How text is written: what is the same to a reader in one form."""

import re
import unicodedata
from functools import lru_cache

# Stands for a message without content; classifiers crash on a message without tokens.
BLANK = "…"

_REPEATED_LETTER = re.compile(r"([^\W\d_])\1{2,}")
_REPEATED_SIGN = re.compile(r"([^\w\s])\1{3,}")
_RUN_OF_SIGNS = re.compile(r"([^\w\s]{10})[^\w\s]+")  # spaCy's time goes by the square of its length
_SPACES = re.compile(r"[^\S\n]+")
_LINE_BREAK = re.compile(r"\s*\n\s*")
_UNENDED_LINE = re.compile(r"(?<=\w)\n")


def visible(text: str) -> str:
    r"""The text as one sees it: in NFC, without control and zero-width characters, single spaces and line breaks.

    >>> visible(" Hej\u200b  du \n\n")
    'Hej du'
    """
    text = "".join(_visible(character) for character in unicodedata.normalize("NFC", text))
    return _LINE_BREAK.sub("\n", _SPACES.sub(" ", text)).strip(" \n\u200d")


def normalise(text: str) -> str:
    r"""What is the same to a reader in one form, on one line; `BLANK` when nothing is left.

    Letters stand twice at most, a sign three times, signs beside each other ten; a line that ends in a
    word ends in a stop; ’ is '.

    >>> normalise("Hjäääälp  mig\nhan’s here.....")
    "Hjäälp mig. han's here..."
    """
    text = _REPEATED_LETTER.sub(r"\1\1", visible(text)).replace("’", "'")
    text = _RUN_OF_SIGNS.sub(r"\1", _REPEATED_SIGN.sub(r"\1\1\1", text))
    return _UNENDED_LINE.sub(". ", text).replace("\n", " ") or BLANK


@lru_cache(maxsize=4096)
def _visible(character: str) -> str:
    """Controls but the line break become spaces: a NUL would end the text inside the encoder."""
    category = unicodedata.category(character)
    if category == "Cc":
        return character if character == "\n" else " "
    # U+200D joins emoji and letters of some scripts
    return "" if category in {"Cf", "Cs", "Co", "Cn"} and character != "\u200d" else character
