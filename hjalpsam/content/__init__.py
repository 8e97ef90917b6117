"""What the files say: facts, texts, languages, names of intents, how text is written, YAML.

Touch it to let a file say something new; it knows nothing of Rasa, of the time, or of where it is used.
"""
