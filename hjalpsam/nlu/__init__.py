"""Components of Rasa's pipeline (config.yml) that read a message, and the tables under data/ that they read it by.

Touch it to understand better. Whatever changes here changes the model: `make train`, then `make evaluate`.
"""
