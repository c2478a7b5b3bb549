"""Repeatable chance: named streams of random numbers, the same on every Python from 3.11 on."""

from array import array
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, TypeAlias

# Whole numbers, one per member: four bytes each; in a list they would take forty.
if TYPE_CHECKING:
    Column: TypeAlias = array[int]
else:
    Column = array  # Python 3.11 cannot subscript it at run time.


def stream(seed: int, name: str) -> Callable[[int], int]:
    """A stream of random bits for each name, so that what one table draws never shifts another table.

    Returns `getrandbits`. Python guarantees the generator (Mersenne Twister) and how a text seeds it; the
    methods built on it (choice, shuffle, randrange) change between releases and are not used.
    """
    return Random(f"upline sample {seed} {name}").getrandbits


def below(bits: Callable[[int], int], limit: int) -> int:
    """A random number from 0 to limit - 1 (limit up to 2**32; the bias is below limit / 2**32)."""
    return bits(32) * limit >> 32
