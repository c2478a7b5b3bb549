// The parent of each standing on some levels, the shallowest first and each level in the order of its ids, as parallel
// columns of the store's own numbers; -1 above a root.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: standings: LIST<INTEGER>, above: LIST<INTEGER>
// insert:  depth, edge

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, <<depth>>)
WHERE $first <= standing.<<depth>> <= $last
OPTIONAL MATCH (standing)-[:<<edge>>]->(above)
WITH standing, above ORDER BY standing.run, standing.<<depth>>, standing.member_id
RETURN collect(id(standing)) AS standings, collect(coalesce(id(above), -1)) AS above
