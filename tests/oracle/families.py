"""Every bonus family of the oracle by kind; each family's functions are in a file of their own."""

from collections.abc import Mapping

from .binaries import binary
from .bonuses import Family, personal, price_difference, unilevel
from .differentials import breakaway, differential, group_level, infinity, stairstep
from .generations import fast_start, generation, generation_all, generation_matching, matching
from .passing import pass_up
from .pieces import grouped_fee, grouped_level, level_amount, recruiter, role_shares
from .pools import filled_levels, outside, pool, rank_advancement, structure

FAMILIES: Mapping[str, Family] = {
    "binary": binary,
    "binary_cycles": binary,
    "binary_pairs": binary,
    "binary_steps": binary,
    "binary_strong_weak": binary,
    "personal": personal,
    "price_difference": price_difference,
    "outside": outside,
    "pool": pool,
    "rank_advancement": rank_advancement,
    "structure": structure,
    "filled_levels": filled_levels,
    "unilevel": unilevel,
    "generation": generation,
    "generation_all": generation_all,
    "generation_matching": generation_matching,
    "matching": matching,
    "fast_start": fast_start,
    "pass_up": pass_up,
    "stairstep": stairstep,
    "differential": differential,
    "infinity": infinity,
    "breakaway": breakaway,
    "group_level": group_level,
    "grouped_level": grouped_level,
    "grouped_fee": grouped_fee,
    "level_amount": level_amount,
    "role_shares": role_shares,
    "recruiter": recruiter,
}
