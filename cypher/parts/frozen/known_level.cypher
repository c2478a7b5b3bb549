// Create the standings of the members of another run directly below one that has just been created, in a tree as it was
// known to that run.
//
// mode:    fragment
// params:  run: INTEGER, source: INTEGER
// returns: none
// insert:  types, holds, leg, names, volumes, further

WITH stood AS parent, member AS above
MATCH (above)<-[edge:<<types>>]-(member:Member)
WHERE <<holds>>
MATCH (of:Standing {member_id: member.member_id, run: $source})
USING INDEX SEEK of:Standing(member_id, run)
CREATE (stood:Standing {
  run: $run, member_id: of.member_id, depth: parent.depth + 1, status: of.status<<names>><<volumes>>
})-[:UNDER<<leg>>]->(parent)
<<further>>
