// The leg of a member of a run, and who else is directly below another one, in which leg.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, parent_id: STRING
// returns: own: STRING, others: LIST<LIST<STRING>>

MATCH (standing:Standing {member_id: $member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
MATCH (parent:Standing {member_id: $parent_id, run: $run})
USING INDEX SEEK parent:Standing(member_id, run)
OPTIONAL MATCH (standing)-[edge:UNDER]->()
RETURN edge.leg AS own, COLLECT {
  MATCH (parent)<-[other:UNDER]-(below)
  WHERE below <> standing
  RETURN [below.member_id, other.leg]
} AS others
