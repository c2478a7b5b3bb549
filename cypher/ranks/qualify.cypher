// Qualified and paid-as rank of one member, and the best qualified rank in the member's whole group.
//
// mode:    fragment
// params:  ranks: LIST<MAP>
// returns: none
// insert:  passes
//
// Only members that some rank could fit are written: rank 0 is what a standing starts with. `legs` holds
// a map for each frontline member: what the requirement rules may ask of a leg.

CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below:Standing)
  RETURN
    collect(CASE WHEN below IS NULL THEN null ELSE {
      volume: below.group_volume, best_rank: below.best_rank, active: below.active,
      personal_volume: below.personal_volume
    } END) AS legs,
    coalesce(max(below.best_rank), 0) AS best_below
}
WITH standing, legs, best_below, coalesce([number IN range(size($ranks), 1, -1)
  WHERE (standing.active OR NOT $ranks[number - 1].must_be_active)
    AND CASE $ranks[number - 1].match
      WHEN 'all' THEN all(rule IN $ranks[number - 1].requirements WHERE <<passes>>)
      ELSE any(rule IN $ranks[number - 1].requirements WHERE <<passes>>) END][0], 0) AS qualified
WITH standing, qualified, coalesce(standing.forced_rank, qualified) AS paid_as,
  CASE WHEN qualified > best_below THEN qualified ELSE best_below END AS best
WHERE best > 0 OR paid_as > 0
SET standing.qualified_rank = qualified, standing.rank = paid_as, standing.best_rank = best
