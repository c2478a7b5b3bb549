// Note on one standing of a what-if by how much the member earns more or less, where anything of it differs.
//
// mode:    fragment
// params:  base: INTEGER, renumbered: LIST<INTEGER>
// returns: none
//
// `renumbered` gives the number that a rank's name has in the plan of the what-if, -1 where it is gone. Whoever earns the same in another way
// has a difference of 0.

MATCH (before:Standing {member_id: standing.member_id, run: $base})
USING INDEX SEEK before:Standing(member_id, run)
WITH standing, before, coalesce(standing.earned, 0) - coalesce(before.earned, 0) AS gain
WHERE gain <> 0 OR standing.rank <> $renumbered[before.rank] OR standing.qualified_rank <> $renumbered[before.qualified_rank]
  OR standing.group_volume <> before.group_volume OR standing.personal_volume <> before.personal_volume
  OR standing.active <> before.active
  OR COLLECT { MATCH (standing)<-[:EARNED_BY]-(now) RETURN [now.bonus, now.amount] ORDER BY now.bonus }
    <> COLLECT { MATCH (before)<-[:EARNED_BY]-(then) RETURN [then.bonus, then.amount] ORDER BY then.bonus }
SET standing.gain = gain
