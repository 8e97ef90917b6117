"""What is kept and where: models, counts, messages for review, notices, errors, who may come in; and the masks.

Touch it to keep something or keep less. Of what residents type nothing is kept but for review, masked, where a city
has asked for that.
"""
