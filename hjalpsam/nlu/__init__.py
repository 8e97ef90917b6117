"""Rasa components that read what residents type.

In the order of config.yml: normaliser -> tokenizer -> entities -> tfidf, encoder -> classifier,
then Rasa's own FallbackClassifier.
"""
