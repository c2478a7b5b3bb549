"""The life of a run: opened under a number, kept alive, complete or cleared away; and live figures.

In: a graph, a plan and a period. Out: a run under way, and its record once it counts.
Only `engine/run.py`, commands and the API look in here.
"""
