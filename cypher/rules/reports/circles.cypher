// Members who are below themselves today, in either tree: there must be none.
//
// mode:    read
// params:  shown: INTEGER = 1000
// returns: tree: STRING, member_id: STRING, name: STRING, parent_id: STRING
// areas:   people, names
//
// Everybody below a top is on no circle. Only where somebody is below no top is each member's way up walked. The tops are
// collected first, so that the walk goes down from them: up from everybody it would cost members times depth.

CALL () {
  MATCH (top:Member)
  WHERE NOT EXISTS { (top)-[:SPONSORED_BY]->(:Member) }
  WITH collect(top) AS tops
  UNWIND tops AS top
  MATCH (top)<-[:SPONSORED_BY*0..]-(member)
  WITH count(DISTINCT member) AS reached
  MATCH (other:Member)
  WITH reached, count(other) AS members
  WHERE reached < members
  MATCH (member:Member)-[:SPONSORED_BY]->(parent:Member)
  WHERE EXISTS { (parent)-[:SPONSORED_BY*0..]->(member) }
  RETURN 'sponsor' AS tree, member, parent
UNION ALL
  MATCH (top:Member)
  WHERE NOT EXISTS { (top)-[:PLACED_UNDER]->(:Member) }
  WITH collect(top) AS tops
  UNWIND tops AS top
  MATCH (top)<-[:PLACED_UNDER*0..]-(member)
  WITH count(DISTINCT member) AS reached
  MATCH (other:Member)
  WITH reached, count(other) AS members
  WHERE reached < members
  MATCH (member:Member)-[:PLACED_UNDER]->(parent:Member)
  WHERE EXISTS { (parent)-[:PLACED_UNDER*0..]->(member) }
  RETURN 'placement' AS tree, member, parent
}
RETURN tree, member.member_id AS member_id, member.name AS name, parent.member_id AS parent_id
ORDER BY tree, member_id
LIMIT $shown
