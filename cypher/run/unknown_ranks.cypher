// Rank overrides of a period that name no rank of the plan; of a corrected one only the last version counts.
//
// mode:    read
// params:  first: DATE, day: DATE, cut: INTEGER, ranks: LIST<STRING>
// returns: value: STRING, members: LIST<STRING>

MATCH (override:Override {kind: 'rank'})-[:OVERRIDES]->(member:Member)
WHERE override.import_no <= $cut
WITH member, override ORDER BY override.import_no
WITH member, override.first_period AS first_period, collect(override)[-1] AS override
WHERE override.first_day <= $day AND (override.last_day IS NULL OR override.last_day >= $first)
  AND NOT override.value IN $ranks
WITH override.value AS value, member.member_id AS member_id ORDER BY value, member_id
RETURN value, collect(member_id) AS members
