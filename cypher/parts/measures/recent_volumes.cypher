// Own volume of this period and of those before it, nearest first, as far back as the plan's requirements look.
//
// mode:    fragment
// stage:   volumes
// reach:   periods
// params:  previous: INTEGER, recent_periods: INTEGER
// returns: none

OPTIONAL MATCH (earlier:Standing {member_id: standing.member_id, run: $previous})
USING INDEX SEEK earlier:Standing(member_id, run)
SET standing.recent_volumes = ([standing.personal_volume] + CASE WHEN earlier IS NULL THEN []
  ELSE coalesce(earlier.recent_volumes, [earlier.personal_volume]) END)[..$recent_periods]
