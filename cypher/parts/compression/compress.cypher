// Compress one skipped standing into the nearest standings above that keep their place, for the overlays of a tree.
//
// mode:    fragment
// params:  chosen: LIST<INTEGER>
// returns: none
// insert:  keeps
//
// Leaves are left out: nobody is below them. The parent was visited before: it keeps its place, or has
// been compressed itself, so one step is always enough. Overlays that lead to the same keeper share an edge.

<<keeps>>
WITH standing, [overlay IN $chosen WHERE NOT keeps[overlay]] AS skipping
WHERE size(skipping) > 0
MATCH (standing)-[:UNDER]->(parent)
WHERE EXISTS { (standing)<-[:UNDER]-() }
CALL (parent, skipping) {
  RETURN [overlay IN skipping WHERE parent.keeps[overlay]] AS overlays, parent AS keeper
  UNION ALL
  MATCH (parent)-[into:COMPRESSED_INTO]->(keeper)
  RETURN [overlay IN into.overlays WHERE overlay IN skipping] AS overlays, keeper
}
WITH standing, overlays, keeper
WHERE size(overlays) > 0
CREATE (standing)-[:COMPRESSED_INTO {overlays: overlays}]->(keeper)
