// Hang the members whom one standing sponsors below it in the run's sponsor tree.
//
// mode:    fragment
// params:  run: INTEGER, day: DATE
// returns: none

MATCH (:Member {member_id: standing.member_id})<-[edge:SPONSORED_BY|WAS_SPONSORED_BY]-(member:Member)
WHERE edge.since <= $day AND (edge.until IS NULL OR edge.until > $day) AND member.enrolled_on <= $day
MATCH (below:Standing {member_id: member.member_id, run: $run})
USING INDEX below:Standing(member_id, run)
SET below.enrolled_depth = standing.enrolled_depth + 1
CREATE (below)-[:ENROLLED_UNDER]->(standing)
