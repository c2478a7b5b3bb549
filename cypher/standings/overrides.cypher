// Apply the company's overrides of the period: a waived activity floor, a forced rank.
//
// mode:    write
// params:  run: INTEGER, day: DATE, first: DATE, ranks: LIST<STRING>
// returns: overrides: INTEGER

MATCH (override:Override)-[:OVERRIDES]->(member:Member)
WHERE override.first_day <= $day AND (override.last_day IS NULL OR override.last_day >= $first)
MATCH (standing:Standing {member_id: member.member_id, run: $run})
CALL (override, standing) {
  WITH override, standing
  SET standing.waived = CASE WHEN override.kind = 'active' THEN true ELSE standing.waived END,
      standing.active = standing.active OR (override.kind = 'active' AND standing.status = 'active'),
      standing.forced_rank = CASE WHEN override.kind = 'rank'
        THEN [number IN range(0, size($ranks) - 1) WHERE $ranks[number] = override.value][0]
        ELSE standing.forced_rank END
} IN TRANSACTIONS OF 2000 ROWS
RETURN count(*) AS overrides
