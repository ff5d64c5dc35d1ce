"""The week of `tick.py`, compiled in stages: the same mechanisms in the same order, province by province where provinces do not touch.

A file is one entry with one piece of machine code, so that an edit of a mechanism compiles its own stage and no other.
"""
