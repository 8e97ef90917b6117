"""When the helpline is open, at any time somebody asks about, and how times are said in words.

Touch it for another kind of opening hours or another way to say a time; the clock is an argument.
"""
