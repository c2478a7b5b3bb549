// Active members with both legs, those legs, and which active members they sponsor in person.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER, day: DATE
// returns: standing: INTEGER, legs: LIST<INTEGER>, sought: LIST<INTEGER>
//
// Nothing is matched for anybody else, so it makes no difference.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE $first <= standing.depth <= $last AND standing.active AND COUNT { (standing)<-[:UNDER]-() } > 1
MATCH (sponsor:Member {member_id: standing.member_id})<-[sponsored:SPONSORED_BY|WAS_SPONSORED_BY]-(recruit:Member)
USING INDEX SEEK sponsor:Member(member_id)
WHERE sponsored.since <= $day AND (sponsored.until IS NULL OR sponsored.until > $day)
MATCH (recruited:Standing {member_id: recruit.member_id, run: $run})
USING INDEX SEEK recruited:Standing(member_id, run)
WHERE recruited.active
WITH standing, collect(id(recruited)) AS sought
RETURN id(standing) AS standing, COLLECT { MATCH (standing)<-[:UNDER]-(leg) RETURN id(leg) } AS legs, sought
