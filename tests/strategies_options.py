"""Values of options, as plan files write them: of whole plans, and those that level bonuses share."""

OPENS = [
    "depth_by_active_legs = { 0 = 1, 1 = 2, 2 = 4 }",
    "depth_by_active_legs = { 1 = 2 }",
    "depth_by_recruits = { 0 = 1, 1 = 3 }",
    'depth_by_volume = [[0, 1], ["100.01", 2], [250, 4]]',
    'depth_by_recruits = [[1, 4]]\ndepth_by_volume = [["99.99", 3]]',
]
STARTS = ['"above"', '"buyer"', '"self"']
ONS = ['"all"', '"all"', '"own"', '"customers"']
KINDS_COUNTED = ["[]", "[]", '["kit"]', '["sale", "other"]']
TOP_OPTIONS = {
    "currency": ['"USD"', '"USD"', '"JPY"', '"KWD"'],
    "time_zone": ['"UTC"', '"America/New_York"', '"Asia/Kolkata"', '"Pacific/Auckland"'],
    "tree": ['"placement"', '"sponsor"'],
    "point_value": ['"1"', '"0.75"', '"1.333333"', '"12"'],
}
ROUNDING_OPTIONS = {"rule": ['"half_even"', '"half_up"', '"floor"'], "at": ['"line"', '"total"']}
VOLUME_OPTIONS = {
    "customers": ["true", "false"],
    "exclude_kinds": ["[]", "[]", '["kit"]', '["kit", "refund"]'],
}
