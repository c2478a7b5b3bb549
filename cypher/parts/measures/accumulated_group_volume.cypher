// Group volume of all periods so far, this one included; a period below 0 lowers nothing, but the next ones make up for it first.
//
// mode:    fragment
// stage:   volumes
// params:  previous: INTEGER
// returns: none
//
// `owed_group_volume` is what periods below 0 took and no later one has made up for: volume that was returned does not
// count again when it is sold again.

OPTIONAL MATCH (earlier:Standing {member_id: standing.member_id, run: $previous})
USING INDEX SEEK earlier:Standing(member_id, run)
WITH standing, earlier, standing.group_volume - coalesce(earlier.owed_group_volume, 0) AS new
SET standing.accumulated_group_volume = coalesce(earlier.accumulated_group_volume, 0) + CASE WHEN new > 0 THEN new ELSE 0 END,
  standing.owed_group_volume = CASE WHEN new < 0 THEN -new END
