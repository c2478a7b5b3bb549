// Link the members whom one standing sponsors below it, in the run's sponsor tree.
//
// mode:    fragment
// params:  run: INTEGER, day: DATE
// returns: none
// insert:  types, holds
//
// In two steps, each by its own index: with one pattern the planner may search all members.

MATCH (above:Member {member_id: standing.member_id})<-[edge:<<types>>]-(member:Member)
USING INDEX SEEK above:Member(member_id)
WHERE <<holds>> AND member.enrolled_on <= $day
WITH standing, member.member_id AS member_id
MATCH (below:Standing {member_id: member_id, run: $run})
USING INDEX SEEK below:Standing(member_id, run)
SET below.enrolled_depth = standing.enrolled_depth + 1
CREATE (below)-[:ENROLLED_UNDER]->(standing)
