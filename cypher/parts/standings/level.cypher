// Create the standings of the members directly below a standing that has just been created.
//
// mode:    fragment
// params:  run: INTEGER, day: DATE
// returns: none
// insert:  edge, leg, frozen, further
//
// `frozen` are the measures that copy a property of the member.

WITH stood AS parent, member AS above
MATCH (above)<-[edge:<<edge>>]-(member:Member)
WHERE edge.since <= $day AND (edge.until IS NULL OR edge.until > $day) AND member.enrolled_on <= $day
CREATE (stood:Standing {
  run: $run, member_id: member.member_id, depth: parent.depth + 1, status: member.status<<frozen>>
})-[:UNDER<<leg>>]->(parent)
<<further>>
