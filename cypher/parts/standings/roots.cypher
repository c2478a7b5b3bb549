// One writer's part of the roots: create standings for members enrolled by the period's last day with nobody above.
//
// mode:    write
// params:  run: INTEGER, day: DATE
// returns: none
// insert:  edge, part, frozen
//
// `frozen` are the measures that copy a property of the member.

MATCH (member:Member)
WHERE <<part>> AND member.enrolled_on <= $day
  AND NOT EXISTS {
    MATCH (member)-[edge:<<edge>>]->(parent:Member)
    WHERE edge.since <= $day AND (edge.until IS NULL OR edge.until > $day) AND parent.enrolled_on <= $day
  }
CALL (member) {
  CREATE (:Standing {run: $run, member_id: member.member_id, depth: 0, status: member.status<<frozen>>})
} IN TRANSACTIONS OF 2000 ROWS
