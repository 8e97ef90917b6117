"""Rasa components that read what residents type.

In the order of config.yml: normaliser -> tokenizer -> entities -> encoder, then Rasa's own
featurizers and classifier.
"""
