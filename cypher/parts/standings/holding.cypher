// The overrides that hold in a period. Of a corrected override only the last version counts, even where that one has ended.
//
// mode:    fragment
// params:  day: DATE, first: DATE, cut: INTEGER
// returns: member: NODE, override: NODE

MATCH (override:Override)-[:OVERRIDES]->(member:Member)
WHERE override.import_no <= $cut
WITH member, override ORDER BY override.import_no
WITH member, override.kind AS kind, override.first_period AS first_period, collect(override)[-1] AS override
WHERE override.first_day <= $day AND (override.last_day IS NULL OR override.last_day >= $first)
