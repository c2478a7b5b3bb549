// Put one standing of a run below another one, in a leg or in none.
//
// mode:    write
// params:  run: INTEGER, member_id: STRING, parent_id: STRING, leg: STRING
// returns: none

MATCH (standing:Standing {member_id: $member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
MATCH (parent:Standing {member_id: $parent_id, run: $run})
USING INDEX SEEK parent:Standing(member_id, run)
CALL (standing) {
  MATCH (standing)-[old:UNDER]->()
  DELETE old
}
CREATE (standing)-[edge:UNDER]->(parent)
SET edge.leg = $leg
