"""At any reply with buttons, pressing one, typing its title, its number or its yes have the same answer."""

import random

import pytest

from hjalpsam.nlu.offers import ANSWERS
from tests.client import text_of

OPENINGS = [
    "jag är orolig för min son som hänger med nazister",
    "jag vill lämna gruppen",
    "vem kan jag ringa",
    "vad är våldsbejakande extremism",
    "berätta om vit makt",
    "ungdomar",
    "han står utanför dörren med en kniv",
    "jag vill inte leva längre",
    "tack",
    "I am worried about my brother",
]
LONGEST_WALK = 4
NUMBERS = ["{}", "nummer {}", "jag tar {}"]


class Walk:
    """A conversation that can be held again: what was sent, and what came back last."""

    def __init__(self, residents):
        self._residents, self.sent = residents, []

    async def say(self, *messages):
        """Hold what was sent so far anew, then these."""
        sender, replies = await self._residents.open()
        for message in [*self.sent, *messages]:
            replies = await self._residents.say(sender, message)
        # those of the last message are on the screen, and counted first
        return text_of(replies), [button for reply in reversed(replies) for button in reply.get("buttons", [])]


@pytest.mark.parametrize("seed", range(40))
async def test_a_button_can_be_typed(residents, answers, seed):
    chance = random.Random(seed)
    walk = Walk(residents)
    walk.sent.append(OPENINGS[seed % len(OPENINGS)])
    _, buttons = await walk.say()
    for _ in range(chance.randrange(LONGEST_WALK)):
        if buttons:
            walk.sent.append(chance.choice(buttons)["payload"])
            _, buttons = await walk.say()
    if not buttons:
        return
    place = chance.randrange(len(buttons))
    button = buttons[place]
    expected = await walk.say(button["payload"])
    typed = [button["title"], button["title"].lower().rstrip("?.!"), chance.choice(NUMBERS).format(place + 1)]
    if answers(button) == "yes" and [answers(other) for other in buttons].count("yes") == 1:
        typed.append("ja gärna" if walk.sent[0][0] != "I" else "yes please")
    for text in typed:
        assert await walk.say(text) == expected, (walk.sent, text)


@pytest.fixture(scope="session")
def answers(residents):
    """What a button answers, which the page is not told: by title and payload in domain.yml, or as a guess."""
    from hjalpsam.content.texts import fill, language_of_variation
    from hjalpsam.hours.helpline import text_values
    from hjalpsam.storage.resources import facts_file
    from tests.content.test_facts import RESPONSES

    known = {}
    for variations in RESPONSES.values():
        for variation in variations:
            values = text_values(facts_file().current(), language_of_variation(variation))
            for button in variation.get("buttons", []):
                if ANSWERS in button:
                    known[fill(button["title"], values), button["payload"]] = button[ANSWERS]
    return lambda button: known.get((button["title"], button["payload"]))
