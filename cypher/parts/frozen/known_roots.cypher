// One writer's part of the members of another run who had nobody above in a tree, as it was known to that run.
//
// mode:    write
// params:  run: INTEGER, source: INTEGER, day: DATE, known: INTEGER
// returns: none
// insert:  types, holds, part, names, volumes

MATCH (of:Standing {run: $source})
USING INDEX SEEK of:Standing(run, depth)
WHERE of.depth >= 0 AND <<part>>
MATCH (member:Member {member_id: of.member_id})
USING INDEX SEEK member:Member(member_id)
WHERE NOT EXISTS {
  MATCH (member)-[edge:<<types>>]->(parent:Member)
  WHERE <<holds>> AND parent.enrolled_on <= $day
}
CALL (of) {
  CREATE (:Standing {run: $run, member_id: of.member_id, depth: 0, status: of.status<<names>><<volumes>>})
} IN TRANSACTIONS OF 2000 ROWS
