"""Chance that repeats: named streams of whole numbers, the same on every Python from 3.11 on."""

from array import array
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, TypeAlias

# Whole numbers, one per member: four bytes each, where a list would take forty.
if TYPE_CHECKING:
    Column: TypeAlias = array[int]
else:
    Column = array  # Python 3.11 cannot subscript it at run time.


def stream(seed: int, name: str) -> Callable[[int], int]:
    """A stream of random bits, its own for each name, so that one table's draws never shift another's.

    Returns `getrandbits`. The generator (Mersenne Twister) and the seeding by text are fixed by Python's
    documentation; the methods made on top of them (choice, shuffle, randrange) have changed and are not used.
    """
    return Random(f"upline sample {seed} {name}").getrandbits


def below(bits: Callable[[int], int], limit: int) -> int:
    """A whole number from 0 to limit - 1 (limit up to 2**32; the bias is below limit / 2**32)."""
    return bits(32) * limit >> 32
