// Compress one skipped standing into the nearest standing above that keeps its place, for each overlay of a tree.
//
// mode:    fragment
// params:  chosen: LIST<INTEGER>
// returns: none
//
// Leaves are left out: nobody stands below them. The parent was visited before: it keeps its place, or has
// been compressed itself, so one step is always enough.

WITH standing, [overlay IN $chosen WHERE NOT standing.keeps[overlay]] AS skipping
WHERE size(skipping) > 0
MATCH (standing)-[:UNDER]->(parent:Standing)
WHERE EXISTS { (standing)<-[:UNDER]-(:Standing) }
UNWIND skipping AS overlay
WITH standing, overlay, parent, CASE WHEN parent.keeps[overlay] THEN null ELSE parent END AS gone
OPTIONAL MATCH (gone)-[:COMPRESSED_INTO {overlay: overlay}]->(above:Standing)
WITH standing, overlay, CASE WHEN gone IS NULL THEN parent ELSE above END AS keeper
WHERE keeper IS NOT NULL
CREATE (standing)-[:COMPRESSED_INTO {overlay: overlay}]->(keeper)
