"""A company made to order: believable tables of any size, the same for the same seed.

    company                the way in: `make` writes the tables
    people, trees, moves   who there is, who sponsored whom, who changes place
    sales, baskets         what they buy
    names, chance, tables  name lists, chance that repeats, files in blocks

In: a size, a seed and a shape. Out: company tables. Commands, tests and the benchmark import it.
"""

from engine.sample.company import Summary, make

__all__ = ["Summary", "make"]
