"""Generated companies: realistic, repeatable tables of any size for demos, tests and measurements.

In: the number of members, a seed and a shape. Out: the tables of a company, ready to import. Nothing else of
the engine is needed; commands, tests and the benchmark import this package.
"""

from engine.sample.company import Summary, make

__all__ = ["Summary", "make"]
