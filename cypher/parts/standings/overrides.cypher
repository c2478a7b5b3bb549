// Apply the company's overrides of the period: a waived activity floor, a forced rank, an exempt member.
//
// mode:    read-write
// params:  run: INTEGER, day: DATE, first: DATE, ranks: LIST<STRING>, cut: INTEGER
// returns: overrides: INTEGER
// insert:  holding
//
// Of two forced ranks the one that begins later holds; of two that begin on one day, the one whose period has the
// later name. So it does not matter which of them was stored first.
//
// An exempt member is excused from what the period asks: active without the floor, and paid at least as the rank kept
// in the period before (ranks/qualify).

<<holding>>
MATCH (standing:Standing {member_id: member.member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
WITH override, standing ORDER BY override.first_day, override.first_period
CALL (override, standing) {
  WITH override, standing
  SET standing.waived = CASE WHEN override.kind IN ['active', 'exempt'] THEN true ELSE standing.waived END,
      standing.active = standing.active OR (override.kind IN ['active', 'exempt'] AND standing.status = 'active'),
      standing.exempt = CASE WHEN override.kind = 'exempt' THEN true ELSE standing.exempt END,
      standing.forced_rank = CASE WHEN override.kind = 'rank'
        THEN [number IN range(0, size($ranks) - 1) WHERE $ranks[number] = override.value][0]
        ELSE standing.forced_rank END
} IN TRANSACTIONS OF 2000 ROWS
RETURN count(*) AS overrides
