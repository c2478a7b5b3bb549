// Create the standings directly below one that has just been created, like those of another run.
//
// mode:    fragment
// params:  run: INTEGER
// returns: none
// insert:  edge, leg, names, volumes, further

WITH stood AS parent, of AS above
MATCH (above)<-[edge:<<edge>>]-(of)
CREATE (stood:Standing {
  run: $run, member_id: of.member_id, depth: parent.depth + 1, status: of.status<<names>><<volumes>>
})-[:UNDER<<leg>>]->(parent)
<<further>>
