// The level and the parent of each standing between two levels as they were counted last, in no order, as parallel columns
// of the store's own numbers; -1 above a root.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: standings: LIST<INTEGER>, depths: LIST<INTEGER>, above: LIST<INTEGER>
// insert:  depth, edge

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, <<depth>>)
WHERE $first <= standing.<<depth>> <= $last
OPTIONAL MATCH (standing)-[:<<edge>>]->(above)
WITH standing, coalesce(id(above), -1) AS above
RETURN collect(id(standing)) AS standings, collect(standing.<<depth>>) AS depths, collect(above) AS above
