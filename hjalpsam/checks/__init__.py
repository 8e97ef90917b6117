"""What is wrong with a project's files, found within seconds, before any training, each with its place.

Touch it when the files can say something new that can be wrong. Only rules.py imports Rasa.
"""
