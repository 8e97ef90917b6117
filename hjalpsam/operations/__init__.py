"""The operator's command and the processes: check, train, evaluate, put live, start, watch.

Touch it for what one does at a terminal; what a command works out stands in the room it is about.
"""
