"""A turn from what was typed to what is said, what is forgotten afterwards, why it answered so, conversations as tests.

Touch it to change what happens around an answer; what is said stands in domain.yml, when in data/.
"""
