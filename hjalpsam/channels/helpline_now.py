"""The helpline as the chat's header shows it."""

import logging
from typing import Any

from hjalpsam.hours.clock import Clock, system_clock
from hjalpsam.hours.helpline import describe, helpline_status, text_values
from hjalpsam.storage.notices import NOTICE, current
from hjalpsam.storage.resources import facts_file, texts

logger = logging.getLogger(__name__)


def helpline_now(clock: Clock = system_clock) -> dict[str, Any]:
    """Number, hours and whether it is open at the clock's time.

    If that cannot be computed, `open` is None and the rest is there all the same.
    """
    facts = facts_file().current()
    values = text_values(facts)
    answer: dict[str, Any] = {
        "bot": facts.bot.name,
        "city": facts.city.name,
        "emergency": facts.emergency.number,
        "name": facts.helpline.name,
        "number": facts.helpline.number,
        "numbers": facts.phone_numbers(),
        "hours": values.get("helpline_hours"),
        "source": values["helpline_source"],
        "source_url": values.get("helpline_source_url"),
        "year": facts.helpline.as_of.year,
        "notice": notice.text if (notice := current(NOTICE)) else None,
        "now": None,
        "open": None,
        "state": "unknown",
        "changes_at": None,
        "text": texts().say("utter_ask_helpline_hours", values),
    }
    try:
        now = clock()
        answer["now"] = now.isoformat()
        status = helpline_status(facts.helpline, now)
        response, more = describe(status, facts.helpline.country)
        answer |= {
            "open": status.open,
            "state": "open" if status.open else "closed",
            "changes_at": status.changes_at.isoformat() if status.changes_at else None,
            "text": texts().say(response, {**values, **more}),
        }
    except Exception as error:
        logger.error("Öppettiderna kunde inte räknas ut: %s.", type(error).__name__)
    return answer
