// Compress one skipped standing into the nearest standing above that keeps its place, for each overlay of a tree.
//
// mode:    fragment
// params:  chosen: LIST<INTEGER>
// returns: none
// insert:  keeps
//
// Leaves are left out: nobody stands below them. The parent was visited before: it keeps its place, or has
// been compressed itself, so one step is always enough.

<<keeps>>
WITH standing, [overlay IN $chosen WHERE NOT keeps[overlay]] AS skipping
WHERE size(skipping) > 0
MATCH (standing)-[:UNDER]->(parent)
WHERE EXISTS { (standing)<-[:UNDER]-() }
CALL (parent, skipping) {
  UNWIND [overlay IN skipping WHERE parent.keeps[overlay]] AS overlay
  RETURN overlay, parent AS keeper
  UNION ALL
  MATCH (parent)-[into:COMPRESSED_INTO]->(keeper)
  WHERE into.overlay IN skipping
  RETURN into.overlay AS overlay, keeper
}
CREATE (standing)-[:COMPRESSED_INTO {overlay: overlay}]->(keeper)
