"""One plan with a bonus of every kind, for tests that check all families at once."""

HEAD = """
name = "Every kind"
currency = "USD"

[activity]
personal_volume = 50

[[rank]]
name = "Silver"
require = [{ kind = "fact", name = "rank", at_least = 1 }]

[[rank]]
name = "Gold"
require = [{ kind = "fact", name = "rank", at_least = 2 }]
"""
KINDS = {
    "personal": 'rate = "0.20"',
    "outside": 'of = "elsewhere"',
    "price_difference": 'rate = "0.25"\non = "all"',
    "unilevel": 'compression = "dynamic"\nrates = { none = ["0.05"], Silver = ["0.05", "0.04", "0.03"] }',
    "grouped_level": 'rates = { none = ["0.05"], Silver = ["0.05", "0.04"] }',
    "grouped_fee": 'fees = { Silver = 50 }\nrates = { Silver = ["0.10", "0.05"] }',
    "level_amount": "amounts = { none = [2], Silver = [2, 1] }",
    "recruiter": "direct = { none = 5, Silver = 20 }",
    "role_shares": 'roles = ["Silver", "Gold"]\namounts = [1, 2]',
    "stairstep": 'brackets = [[100, "0.03"], [1000, "0.09"], [10000, "0.21"]]\naccumulated = true',
    "differential": 'rates = { Silver = "0.06", Gold = "0.10" }',
    "infinity": 'rates = { Silver = "0.01", Gold = "0.02" }\none_more = true',
    "breakaway": 'border = "Silver"\nrates = ["0.04", "0.02"]\nguaranteed = 500',
    "group_level": 'border = "Silver"\nrates = ["0.04", "0.02"]',
    "binary": 'rate = "0.10"',
    "binary_pairs": "pair = 100\nper_pair = 5",
    "binary_cycles": "left = 200\nright = 100\nper_cycle = 14",
    "binary_strong_weak": 'strong = 200\nweak = 100\nper_cycle = 14\neligible = "leg_each"',
    "binary_steps": "amounts = [[200, 10], [2000, 100]]",
    "generation": 'border = "Silver"\nrates = ["0.04", "0.03", "0.02"]',
    "generation_all": 'border = "Silver"\nrates = ["0.04", "0.03", "0.02"]',
    "matching": 'bonuses = ["personal", "unilevel"]\nrates = ["0.10", "0.05"]\ncompression = "activity_skip"',
    "generation_matching": 'bonuses = ["unilevel"]\nborder = "Gold"\nrates = ["0.10", "0.05"]',
    "fast_start": 'rates = ["0.20", "0.10"]\ndays = 600\nfirst_orders = 3',
    "pass_up": 'first = 2\nrate = "0.10"',
    "structure": 'amount = 20\nrequire = [{ kind = "active_frontline", at_least = 2 }]',
    "filled_levels": "width = 3\namounts = [10, 100, 1000]",
    "pool": 'share = "0.02"\nrank = "Gold"',
    "rank_advancement": "amounts = { Silver = 100, Gold = 500 }\nheld = 2",
}
"""Each kind with its options; in the order in which they are computed."""
EVERY_KIND = HEAD + "".join(
    f'\n[[bonus]]\nname = "{kind}"\nkind = "{kind}"\n{options}\n' for kind, options in KINDS.items()
)
