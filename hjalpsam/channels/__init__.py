"""Rasa channels: `web` for residents, `staff` for the city's own tests.

The web interface is described in docs/api.md.
"""
