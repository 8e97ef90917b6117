"""Intents that more than one part of the code knows by name; light to import."""

DANGER_INTENTS = ("report_emergency", "suicidal_thoughts")
