"""The skeleton of a new topic: its line in the table, its texts in both languages, examples and a conversation.

What is still to be written says so (`TO_FILL_IN`), and `hjalpsam check` stops at each until it has been.
"""

import re
from pathlib import Path

from hjalpsam.checks.project import TO_FILL_IN
from hjalpsam.content.intent_table import FILE, load_intents

_NAME = re.compile(r"[a-z][a-z_]*[a-z]")

_ENTRY = """  ask_{name}: {{name: {fill} vad ämnet heter, topic: {name}}}
"""
_RESPONSES = """
  utter_ask_{name}:
    - text: |-
        {fill} svaret; den första raden svarar. Uppgifter och källa tas ur facts.yml.
      buttons:
        - title: Berätta mer
          payload: /ask_more
    - condition: *english
      text: |-
        {fill} the same in English, line by line.
      buttons:
        - title: Tell me more
          payload: /ask_more

  utter_more_{name}:
    - text: |-
        {fill} det som är mer att säga.
      buttons:
        - title: Jag vill prata med en människa
          payload: /ask_human
    - condition: *english
      text: |-
        {fill} the same in English.
      buttons:
        - title: I want to talk to a person
          payload: /ask_human
"""
_GUESS = """        - title: {fill} vad ämnet heter på en knapp{english}
          payload: /ask_{name}
"""
_EXAMPLES = """  - intent: ask_{name}
    examples: |
      - {fill} minst hundra sätt att fråga, av flera som skriver olika, på båda språken
"""
_CONVERSATION = """# {fill} hur någon frågar om ämnet, och vad som ska stå i svaret.
- name: {name}, and more about it
  turns:
    - says: {fill} en fråga som inte står bland exemplen
      intent: ask_{name}
      must: [{fill}]
    - says: berätta mer
      must: [{fill}]
"""


class NewTopicError(Exception):
    """The topic cannot be made; the message (Swedish) says why."""


def write_topic(name: str, root: Path) -> list[str]:
    """Write the skeleton of the intent ask_`name` with the topic `name`; the files that were changed.

    Raises:
        NewTopicError: for a name that Rasa's files cannot have, or that there is already.
    """
    if not _NAME.fullmatch(name):
        raise NewTopicError(f"«{name}» går inte som namn. Skriv a till z och _, till exempel school_work.")
    if f"ask_{name}" in {intent.name for intent in load_intents(root)}:
        raise NewTopicError(f"Ämnet {name} finns redan, som ask_{name} i {FILE}.")
    values = {"name": name, "fill": TO_FILL_IN, "english": ""}
    conversation = Path("tests", "conversations", f"{name}.yml")
    for file, skeleton in ((FILE, _ENTRY), ("domain.yml", _RESPONSES), ("data/nlu.yml", _EXAMPLES)):
        path = root / file
        path.write_text(path.read_text(encoding="utf-8") + skeleton.format_map(values), encoding="utf-8")
    _add_guesses(root / "domain.yml", values)
    (root / conversation).write_text(_CONVERSATION.format_map(values), encoding="utf-8")
    return [FILE, "domain.yml", "data/nlu.yml", str(conversation)]


def _add_guesses(path: Path, values: dict[str, str]) -> None:
    """A button in front of those of utter_guesses, in both languages."""
    before, heading, response = path.read_text(encoding="utf-8").partition("\n  utter_guesses:\n")
    swedish, english = (_GUESS.format_map({**values, "english": more}) for more in ("", ", in English"))
    start, buttons, rest = response.partition("      buttons:\n")
    first, again, last = rest.partition("      buttons:\n")
    path.write_text(before + heading + start + buttons + swedish + first + again + english + last, encoding="utf-8")
