"""Products, the baskets that are bought, and their figures in hundredths."""

from dataclasses import dataclass

from engine.sample.chance import below, stream

# Products as (qualifying volume, commissionable volume, member's price), all in hundredths. The
# commissionable share differs by product, from 80 to 90 percent.
PRODUCTS = (
    (1800, 1530, 2190),
    (2400, 2112, 2790),
    (2500, 2000, 3150),
    (3200, 2720, 3890),
    (3500, 3115, 3950),
    (3950, 3240, 4790),
    (4200, 3570, 4990),
    (4800, 4176, 5450),
    (5500, 4620, 6690),
    (6000, 5400, 6990),
    (7250, 5945, 8900),
    (9500, 8170, 10950),
)
# A starter kit has no volume: nobody is paid for recruiting.
KIT = (0, 0, 4900)
# A customer pays this percentage of the member's price.
RETAIL_PERCENT = 125
BASKET_BITS = 10
BASKETS = 1 << BASKET_BITS

Figures = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Baskets:
    """All baskets that are ever bought, smallest first, at the member's and at the customer's price.

    Orders choose from this table, so that the text of a basket's figures is made once, not a million times.
    """

    own: tuple[Figures, ...]
    retail: tuple[Figures, ...]
    own_text: tuple[str, ...]
    retail_text: tuple[str, ...]


def fill(seed: int) -> Baskets:
    """The baskets of a company: one to four products each; one basket in sixteen is a large one."""
    bits = stream(seed, "baskets")
    own = []
    for _ in range(BASKETS):
        pieces = 1 + bits(2) if bits(4) else 6 + bits(4)
        chosen = [PRODUCTS[below(bits, len(PRODUCTS))] for _ in range(pieces)]
        own.append((sum(p[0] for p in chosen), sum(p[1] for p in chosen), sum(p[2] for p in chosen)))
    own.sort()
    retail = [
        (qualifying, commissionable, paid * RETAIL_PERCENT // 100) for qualifying, commissionable, paid in own
    ]
    return Baskets(tuple(own), tuple(retail), tuple(map(text, own)), tuple(map(text, retail)))


def text(figures: Figures) -> str:
    """Figures as three CSV fields with two digits each."""
    return ",".join(decimal(figure) for figure in figures)


def returned(figures: Figures, share: int) -> Figures:
    """The figures of a refund: of half the basket (share 2) or all of it (share 1)."""
    qualifying, commissionable, paid = figures
    return -(qualifying // share), -(commissionable // share), -(paid // share)


def decimal(hundredths: int) -> str:
    """Hundredths as a decimal with two digits."""
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{whole}.{rest:02d}"
