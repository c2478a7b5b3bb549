"""Every bonus family of the oracle by kind; each family's functions stand in a file of their own."""

from collections.abc import Mapping

from .bonuses import Family, personal, unilevel

FAMILIES: Mapping[str, Family] = {
    "personal": personal,
    "unilevel": unilevel,
}
