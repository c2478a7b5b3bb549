// Positions of one owner stacked one below the other, so that one sale pays the owner several times.
//
// mode:    read
// params:  least: INTEGER = 3, shown: INTEGER = 1000
// returns: owner_id: STRING, top_id: STRING, name: STRING, positions: INTEGER, member_ids: STRING
// areas:   people, names
//
// A stack begins with a position whose parent belongs to somebody else, and goes on as long as positions of the same owner
// are placed directly below; in a company of one tree, sponsored directly below. Stacks of fewer than `least` are left out.
// `member_ids` are the first hundred.

MATCH (top:Member)<-[:PLACED_UNDER|SPONSORED_BY]-(below:Member)
WHERE top.owner_id IS NOT NULL AND below.owner_id = top.owner_id
WITH DISTINCT top, EXISTS { (:Member)-[:PLACED_UNDER]->(:Member) } AS placed
CALL (top, placed) {
  WITH top, placed WHERE placed
    AND NOT EXISTS { (top)-[:PLACED_UNDER]->(parent:Member) WHERE parent.owner_id = top.owner_id }
  MATCH (top)(()<-[:PLACED_UNDER]-(position:Member WHERE position.owner_id = top.owner_id))*(last)
  RETURN last
UNION
  WITH top, placed WHERE NOT placed
    AND NOT EXISTS { (top)-[:SPONSORED_BY]->(parent:Member) WHERE parent.owner_id = top.owner_id }
  MATCH (top)(()<-[:SPONSORED_BY]-(position:Member WHERE position.owner_id = top.owner_id))*(last)
  RETURN last
}
WITH top, last ORDER BY last.member_id
WITH top, collect(last.member_id) AS member_ids
WHERE size(member_ids) >= $least
RETURN top.owner_id AS owner_id, top.member_id AS top_id, top.name AS name, size(member_ids) AS positions,
  reduce(text = head(member_ids), one IN member_ids[1..100] | text + ', ' + one)
    + CASE WHEN size(member_ids) > 100 THEN ' and ' + (size(member_ids) - 100) + ' more' ELSE '' END AS member_ids
ORDER BY positions DESC, top_id
LIMIT $shown
