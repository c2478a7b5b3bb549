"""A company made to order: believable, deterministic tables of any size for demos, tests and measurements."""

from engine.sample.company import Summary, make

__all__ = ["Summary", "make"]
