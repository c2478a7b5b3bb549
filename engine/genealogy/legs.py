"""How legs are written: the two legs of a binary have several names, of which a company uses one."""

PAIRS = (("l", "r"), ("left", "right"), ("1", "2"))
"""How the two legs of a binary are written, in any case."""
SIDES = ("left", "right")
"""What `leg_key` calls them."""


def leg_key(leg: str) -> str:
    """What all ways to write one leg have in common: case does not count, and L, left and 1 are one leg."""
    plain = leg.lower()
    for pair in PAIRS:
        if plain in pair:
            return SIDES[pair.index(plain)]
    return plain


def same_leg(one: str | None, other: str | None) -> bool:
    """Whether two ways to write a leg, or none, mean the same leg."""
    return one == other or (one is not None and other is not None and leg_key(one) == leg_key(other))


def as_written(leg: str, example: str | None) -> str:
    """A leg of a binary in the words of another one (`example`); any other leg stays as it is."""
    key = leg_key(leg)
    pair = next((pair for pair in PAIRS if example and example.lower() in pair), None)
    if key not in SIDES or pair is None or example is None:
        return leg
    same = pair[SIDES.index(key)]
    if example.isupper():
        return same.upper()
    return same.title() if example.istitle() else same
