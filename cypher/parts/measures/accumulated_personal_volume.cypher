// Personal volume of all periods so far, this one included; a period below 0 adds nothing.
//
// mode:    fragment
// stage:   volumes
// params:  previous: INTEGER
// returns: none

OPTIONAL MATCH (earlier:Standing {member_id: standing.member_id, run: $previous})
USING INDEX SEEK earlier:Standing(member_id, run)
SET standing.accumulated_personal_volume = coalesce(earlier.accumulated_personal_volume, 0)
  + CASE WHEN standing.personal_volume > 0 THEN standing.personal_volume ELSE 0 END
