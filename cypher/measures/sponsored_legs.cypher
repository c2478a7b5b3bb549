// In how many of the two legs an active member with both has personally sponsored someone who is active in the period.
//
// mode:    fragment
// stage:   volumes
// params:  run: INTEGER, last: DATE
// returns: none
//
// Unset where there is none, and for everybody else: nothing is matched there, so nothing hangs on it.

WITH standing
WHERE standing.active AND COUNT { (standing)<-[:UNDER]-() } > 1
MATCH (asked:Member {member_id: standing.member_id})<-[sponsored:SPONSORED_BY|WAS_SPONSORED_BY]-(recruit:Member)
USING INDEX SEEK asked:Member(member_id)
WHERE sponsored.since <= $last AND (sponsored.until IS NULL OR sponsored.until > $last)
MATCH (stands:Standing {member_id: recruit.member_id, run: $run})
USING INDEX SEEK stands:Standing(member_id, run)
WHERE stands.active
MATCH (standing)<-[edge:UNDER]-(leg)
WHERE leg.group_span[0] <= stands.group_span[0] AND stands.group_span[0] < leg.group_span[1]
WITH standing, CASE
  WHEN toLower(edge.leg) IN ['l', 'left', '1'] THEN 'left'
  WHEN toLower(edge.leg) IN ['r', 'right', '2'] THEN 'right' END AS side
WITH standing, count(DISTINCT side) AS sides
SET standing.sponsored_legs = sides
