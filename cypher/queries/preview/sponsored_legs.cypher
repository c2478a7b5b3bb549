// Active members with both legs, of those that a preview works on, and which of those legs hold an active member whom they
// sponsor in person. The others of the run have its number.
//
// mode:    read
// params:  run: INTEGER, apart: INTEGER, day: DATE
// returns: standings: LIST<INTEGER>, legs: LIST<LIST<INTEGER>>
//
// The same as intervals/sponsored_legs, by walking up: the numbers of groups are not those of the moved tree.

MATCH (standing:Standing {run: $apart})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0 AND standing.active AND COUNT { (standing)<-[:UNDER]-() } > 1
MATCH (sponsor:Member {member_id: standing.member_id})<-[sponsored:SPONSORED_BY|WAS_SPONSORED_BY|WILL_SPONSORED_BY]-(recruit:Member)
USING INDEX SEEK sponsor:Member(member_id)
WHERE sponsored.since <= $day AND (sponsored.until IS NULL OR sponsored.until > $day)
WITH standing, recruit.member_id AS member_id
UNWIND [$run, $apart] AS number
MATCH (recruited:Standing {member_id: member_id, run: number})
USING INDEX SEEK recruited:Standing(member_id, run)
WHERE recruited.active
WITH standing, recruited
MATCH (recruited)-[:UNDER*0..]->(leg)-[:UNDER]->(standing)
WITH standing, collect(DISTINCT id(leg)) AS legs
RETURN collect(id(standing)) AS standings, collect(legs) AS legs
