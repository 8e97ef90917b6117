"""Finds within seconds what is wrong with texts, examples and rules, before any training.

Errors stop a training; warnings are worth a look. Contradicting rules are in rules.py.
"""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from hjalpsam.checks.accept import TEST_FILES, plain
from hjalpsam.checks.project import TO_FILL_IN, Content, Fault, rule_places
from hjalpsam.checks.rules import dead_rules
from hjalpsam.checks.shape import shape_faults
from hjalpsam.content.intents import (
    FALLBACK_INTENT,
    NEVER_ASKED_ABOUT,
    OPENING_INTENT,
    OTHER_LANGUAGE_INTENT,
    PRESSED_INTENTS,
)
from hjalpsam.content.languages import ENGLISH, SWEDISH
from hjalpsam.content.texts import language_of_variation, placeholders
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.hours.helpline import text_values

FEW = 100  # examples of an intent
UNIFORM = 0.5  # share of an intent's examples that begin with the same two words
LIKE = 0.985  # cosine: so near are two examples of different intents that one of them is probably misplaced
MOST_TOLD = 10  # of a kind of warning
LONGEST = 100  # words of a response
HARD = 50  # LIX: over this a text is hard to read
NEVER_TYPED = {OPENING_INTENT, OTHER_LANGUAGE_INTENT, FALLBACK_INTENT}
CONVERSATIONS = "tests/conversations"
GUESSES = "utter_guesses"
# What the code fills in besides facts: actions and channels.
PASSED_ON = {
    *("time", "day", "when", "until", "limit", "hours", "holiday", "exception", "closed_days", "open_until"),
    *("pause_start", "pause_end", "sooner_day", "sooner_time", "helpline_status", "review_days"),
}


def content_faults(root: Path) -> list[Fault]:
    """Everything that is found, errors first."""
    if found := [Fault(text) for text in shape_faults(root)]:
        return found
    content = Content(root)
    found = [*_examples(content), *_responses(content), *_rules(content), *_topics(content)]
    found += [Fault(text) for text in dead_rules(content)]
    if old := content.facts.old(datetime.date.today()):
        found.append(Fault(f"facts.yml: {old}", is_error=False))
    return sorted(found, key=lambda fault: not fault.is_error)


# --- examples ----------------------------------------------------------------------------------


def _examples(content: Content) -> Iterator[Fault]:
    for intent in sorted(content.examples.keys() - content.intents):
        where = content.place("data/nlu.yml", f"- intent: {intent}")
        yield Fault(f"{where}: avsikten {intent} finns inte i data/intents.yml. Lägg till den där, eller rätta namnet.")
    yield from _standing_twice(content)
    yield from _tests_among_examples(content)
    for intent, lines in content.examples.items():
        where = content.place("data/nlu.yml", f"- intent: {intent}")
        if len(lines) < FEW:
            yield Fault(f"{where}: {intent} har bara {len(lines)} exempel. Skriv minst {FEW}, gärna av flera.", False)
        begins, count = Counter(" ".join(line.lower().split()[:2]) for line in lines).most_common(1)[0]
        if count > UNIFORM * len(lines) and len(lines) >= FEW:
            yield Fault(f"{where}: {count} av {len(lines)} exempel på {intent} börjar «{begins} …». Variera.", False)
    yield from _near_duplicates(content)


def _standing_twice(content: Content) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for intent, lines in content.examples.items():
        for line in lines:
            other = seen.setdefault(plain(line) or line, intent)
            if other != intent:
                where = content.place("data/nlu.yml", f"- {line}")
                yield Fault(f"{where}: «{line}» står under både {other} och {intent}. Ta bort det ena.")


def _tests_among_examples(content: Content) -> Iterator[Fault]:
    tests = {
        plain(row.split("\t")[1])
        for name in TEST_FILES
        for row in (content.root / "tests" / name).read_text(encoding="utf-8").splitlines()
        if "\t" in row
    }
    for lines in content.examples.values():
        for line in lines:
            if plain(line) in tests and len(plain(line).split()) > 2:
                where = content.place("data/nlu.yml", f"- {line}")
                yield Fault(f"{where}: «{line}» är en testrad. Ta bort den: det som mäter får inte läras in.")


def _near_duplicates(content: Content) -> Iterator[Fault]:
    """Examples of different intents that mean nearly the same, by the vectors that a training has kept."""
    from hjalpsam.content.written import normalise
    from hjalpsam.nlu.encoder import EmbeddingCache, as_encoded

    config = read_yaml(content.root / "config.yml")["pipeline"]
    cache = next((part["cache"] for part in config if part.get("cache")), None)
    known = EmbeddingCache(content.root / cache).known() if cache else {}
    rows = [
        (intent, line, known[text])
        for intent, lines in content.examples.items()
        for line in lines
        if (text := as_encoded(normalise(line))) in known
    ]
    if not rows:
        return
    vectors = np.array([vector for _, _, vector in rows], dtype=np.float32)
    numbers = np.unique([intent for intent, _, _ in rows], return_inverse=True)[1]
    pairs: list[tuple[float, int, int]] = []
    for start in range(0, len(rows), 1_000):
        likeness = vectors[start : start + 1_000] @ vectors.T
        likeness[numbers[start : start + 1_000, None] == numbers[None, :]] = 0
        for one, other in zip(*np.nonzero(likeness > LIKE), strict=True):
            if start + one < other:
                pairs.append((float(likeness[one, other]), int(start + one), int(other)))
    for _, one, other in sorted(pairs, reverse=True)[:MOST_TOLD]:
        where = content.place("data/nlu.yml", f"- {rows[other][1]}")
        yield Fault(
            f"{where}: «{rows[other][1]}» ({rows[other][0]}) liknar «{rows[one][1]}» ({rows[one][0]}). "
            "Hör den dit den står?",
            False,
        )


# --- responses ---------------------------------------------------------------------------------


def _responses(content: Content) -> Iterator[Fault]:
    known = text_values(content.facts).keys() | content.facts.optional_placeholders() | PASSED_ON
    for name, variations in content.responses.items():
        where = content.place("domain.yml", f"  {name}:")
        languages = {language_of_variation(variation) for variation in variations}
        if not {SWEDISH, ENGLISH} <= languages:
            missing = "engelsk" if SWEDISH in languages else "svensk"
            yield Fault(f"{where}: {name} har ingen {missing} text.")
        for variation in variations:
            yield from _response(content, name, where, variation, known)


def _response(
    content: Content, name: str, where: str, variation: dict[str, Any], known: Iterable[str]
) -> Iterator[Fault]:
    text = variation.get("text", "")
    if not text.strip():
        yield Fault(f"{where}: {name} har ingen text.")
        return
    buttons = variation.get("buttons", [])
    for part in [text, *(button["title"] for button in buttons)]:
        for placeholder in sorted(placeholders(part) - set(known)):
            near = meant(placeholder, known)
            yield Fault(f"{where}: {name} har {{{placeholder}}}, som ingen uppgift i facts.yml heter.{near}")
    for button in buttons:
        payload = button["payload"]
        found = re.fullmatch(r"/(\w+)({.*})?", payload)
        if not found or found.group(1) not in content.intents or not _is_json(found.group(2)):
            near = meant(payload.lstrip("/"), content.intents)
            yield Fault(f"{where}: knappen «{button['title']}» i {name} leder ingenstans ({payload}).{near}")
    if language_of_variation(variation) == SWEDISH:
        words = len(text.split())
        if words > LONGEST:
            yield Fault(f"{where}: {name} är {words} ord långt. På en telefon läses högst {LONGEST}.", False)
        if (difficulty := lix(text)) > HARD:
            yield Fault(f"{where}: {name} är svårläst (LIX {difficulty:.0f}, bör vara under {HARD}).", False)


def meant(word: str, known: Iterable[str]) -> str:
    """A question about the name that somebody probably meant, if one is near.

    >>> meant("ask_mroe", ["ask_more", "ask_cks"])
    ' Menade du ask_more?'
    """
    near = get_close_matches(word, known, n=1)
    return f" Menade du {near[0]}?" if near else ""


def _is_json(text: str | None) -> bool:
    try:
        return text is None or isinstance(json.loads(text), dict)
    except ValueError:
        return False


def lix(text: str) -> float:
    """How hard a text is to read: words for each sentence, and the share of long words in percent.

    Björnsson, "Läsbarhet", 1968: under 30 is easy, over 50 hard. Links and bullets are no words here.

    >>> lix("Ring nu. Det är gratis.")
    2.5
    """
    text = re.sub(r"https?://\S+|\{\w+\}", " ", text)
    words = re.findall(r"[^\W\d_]+", text)
    if not words:
        return 0.0
    sentences = [part for part in re.split(r"[.!?:](?:\s|$)|\n", text) if part.strip()]
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


# --- rules -----------------------------------------------------------------------------


def _rules(content: Content) -> Iterator[Fault]:
    actions = {*content.domain.get("actions", []), *content.responses, "action_default_fallback", "action_listen"}
    answered, places = set(), rule_places(content.root)
    for name, rules in content.rules.items():
        names = Counter(rule["rule"] for rule in rules)
        for rule in rules:
            where = places.get(rule["rule"], f"data/{name}")
            if names[rule["rule"]] > 1:
                yield Fault(f"{where}: två regler heter «{rule['rule']}». Ge dem olika namn.")
            for step in (one for either in rule["steps"] for one in either.get("or", [either])):
                if step.get("intent", FALLBACK_INTENT) not in content.intents | {FALLBACK_INTENT}:
                    yield Fault(f"{where}: avsikten {step['intent']} finns inte i data/intents.yml.")
                if step.get("action", "action_listen") not in actions:
                    yield Fault(f"{where}: {step['action']} finns inte bland svaren i domain.yml.")
                answered.add(step.get("intent"))
    for intent in sorted(content.intents - answered - NEVER_TYPED):
        where = content.place("data/intents.yml", f"  {intent}:")
        yield Fault(
            f"{where}: {intent} får inget svar. Skriv utter_{intent} i domain.yml, eller en regel i data/rules.yml."
        )


# --- topics: what is easily forgotten of one -----------------------------------------------------


def _topics(content: Content) -> Iterator[Fault]:
    guesses = content.responses.get(GUESSES, [])
    suites = [read_yaml(path) for path in sorted((content.root / CONVERSATIONS).glob("*.yml"))]
    held = {turn.get("intent") for suite in suites for case in suite for turn in case["turns"]}
    for intent in content.intent_table:
        where = content.place("data/intents.yml", f"  {intent.name}:")
        if TO_FILL_IN in intent.words:
            yield Fault(f"{where}: {intent.name} har inget namn än. Skriv vad ämnet heter efter «name:».")
        if intent.name in NEVER_TYPED | set(PRESSED_INTENTS):
            continue
        if intent.name not in content.examples:
            yield Fault(f"{where}: {intent.name} har inga exempel. Skriv dem i data/nlu.yml, minst {FEW}, av flera.")
        if intent.name not in NEVER_ASKED_ABOUT:
            for guess in guesses:
                if intent.name not in {button["payload"][1:].partition("{")[0] for button in guess["buttons"]}:
                    at, language = content.place("domain.yml", f"  {GUESSES}:"), language_of_variation(guess)
                    yield Fault(f"{at}: {intent.name} finns inte bland knapparna i {GUESSES} ({language}).")
        if suites and intent.more and intent.name not in held:
            yield Fault(
                f"{where}: inget samtal i {CONVERSATIONS} visar {intent.name}. Skriv ett, med «intent: {intent.name}»."
            )
    yield from _still_to_fill_in(content)


def _still_to_fill_in(content: Content) -> Iterator[Fault]:
    paths = [content.root / name for name in ("domain.yml", "data/nlu.yml")]
    for path in [*paths, *sorted((content.root / CONVERSATIONS).glob("*.yml"))]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if TO_FILL_IN in line:
                yield Fault(f"{path.relative_to(content.root)}, rad {number}: fyll i det som saknas: {line.strip()}")
