"""Swedish words as spaCy sees them, made in one place so that all rules see the same tokens."""

from spacy.lang.char_classes import ALPHA
from spacy.lang.sv import Swedish
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex
from spacy.vocab import create_vocab

# SpaCy remembers each word it has seen for as long as its vocabulary lives. Residents' words
# shall not pile up, so the vocabulary is thrown away after so many.
MOST_WORDS = 500

_SPLITS = [
    *Swedish.Defaults.infixes,
    rf"(?<=[{ALPHA}])[-–—/.](?=[{ALPHA}])",  # "vit makt-miljön", "AFA/antifa"
    r"(?<=[A-Za-z])(?=[Nn]'[Tt]\b)",  # "does|n't"
    r"(?<=[A-Za-z])(?='(?:[MmSsDd]|[Rr][Ee]|[Vv][Ee]|[Ll][Ll])\b)",  # "I|'m", "he|'s", "I|'ll"
]
_find_prefix = compile_prefix_regex(Swedish.Defaults.prefixes).search
_find_suffix = compile_suffix_regex(Swedish.Defaults.suffixes).search
_find_splits = compile_infix_regex(_SPLITS).finditer


def _make_tokenizer() -> Tokenizer:
    """SpaCy's Swedish rules without the list of abbreviations, which makes a new tokenizer 80 times dearer.

    No statistical model is loaded: the Swedish ones add memory and no accuracy here.
    """
    return Tokenizer(
        create_vocab("sv", Swedish.Defaults),
        prefix_search=_find_prefix,
        suffix_search=_find_suffix,
        infix_finditer=_find_splits,
    )


_tokenizer = _make_tokenizer()
_words_at_start = len(_tokenizer.vocab.strings)


def document_of(text: str) -> Doc:
    """The words and signs of a text."""
    return _fresh_tokenizer()(text)


def document_of_words(words: list[str]) -> Doc:
    """Words that are known already."""
    return Doc(_fresh_tokenizer().vocab, words=words)


def _fresh_tokenizer() -> Tokenizer:
    global _tokenizer
    if len(_tokenizer.vocab.strings) > _words_at_start + MOST_WORDS:
        _tokenizer = _make_tokenizer()
    return _tokenizer
