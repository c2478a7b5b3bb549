// Group volume of all periods so far, this one included; a period below 0 adds nothing.
//
// mode:    fragment
// stage:   volumes
// params:  previous: INTEGER
// returns: none

OPTIONAL MATCH (earlier:Standing {member_id: standing.member_id, run: $previous})
USING INDEX SEEK earlier:Standing(member_id, run)
SET standing.accumulated_group_volume = coalesce(earlier.accumulated_group_volume, 0)
  + CASE WHEN standing.group_volume > 0 THEN standing.group_volume ELSE 0 END
