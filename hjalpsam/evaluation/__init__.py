"""How good a model is: figures on lines nobody trained on, conversations held, two models compared, gates, the report.

Touch it to measure something else. It never decides an answer, and no threshold is chosen on what a gate measures.
"""
