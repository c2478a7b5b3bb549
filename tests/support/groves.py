"""Which random companies the agreement tests compute: a few in every run, more in the long proof."""

import os

import pytest

ASKED = os.environ.get("UPLINE_TEST_GROVES")


def seeds(proof: int, first: int = 0) -> list[object]:
    """The seeds of one family: the first for `make test`, those up to `proof` for `make proof`.

    UPLINE_TEST_GROVES=200 looks longer than usual.
    """
    more = range(first + 1, first + int(ASKED or proof))
    return [first, *(pytest.param(seed, marks=pytest.mark.long) for seed in more)]
