"""Intents and entities of domain.yml that more than one part of the code knows by name; light to import."""

DANGER_INTENTS = ("report_emergency", "suicidal_thoughts")
FALLBACK_INTENT = "nlu_fallback"  # Rasa's name: it asks back or gives up
OPENING_INTENT = "open_chat"  # sent by the channel, never typed …
OPENING = f"/{OPENING_INTENT}"  # … in Rasa's spelling
PRESSED_INTENTS = (  # … and what only buttons send: no example has them
    *("ask_helpline_call", "ask_talk_advice", "ask_city_support", "ask_way_out", "not_now"),
    *("cannot_call", "help_comes", "not_so"),
)
NEVER_ASKED_ABOUT = (  # "menade du …?"
    *("greet", "goodbye", "thank", "affirm", "deny", "ask_more", "not_helpful"),
    *("hostile", "ask_judgement", "seek_harm", "inform", "out_of_scope"),
)
OTHER_LANGUAGE_INTENT = "other_language"  # asked by the channel, never typed
HELPLINE_INTENT, HOURS_INTENT = "ask_helpline", "ask_helpline_hours"
OUT_OF_SCOPE_INTENT = "out_of_scope"
TOLD_INTENT = "inform"
THANKS_INTENT = "thank"

ALSO = "also"  # entity and slot: the payload of what else a message asked
ALARM = "alarm"  # slot: what the latest alarm was about, one of `DANGER_INTENTS`, until it is over
AFTER_ALARM = "after_alarm"  # entity: what is said then about calling …
ABOUT_CALL = "about_call"  # … and its value for a question about the call
CALL = "call"  # entity: asking what happens when one calls the helpline
MATTER, NUMBERS = "matter", "numbers"  # entity: what is not ours but has a better address; one of its values
READ_AS = "read_as"  # property of a message: its text as it was understood, mended and without lead-ins
THANKED = "thanked"  # property of a message: whether it begins ("first") or ends ("last") with thanks
FOUND = "danger"  # property of a message: what the danger net found; entity: a hint of it, its role the danger's intent
TIME = "time"  # entity: a `hjalpsam.hours.times.Mention` as text
