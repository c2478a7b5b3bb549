// One pass over neighbouring levels, one after the other in the order of the index: later ones see what earlier ones wrote.
//
// mode:    write
// params:  run: INTEGER, shallowest: INTEGER, deepest: INTEGER
// returns: none
// insert:  visit, depth, order
//
// The order names the run too, as the index does: by depth alone the server would gather the standings and sort them.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, <<depth>>)
WHERE $shallowest <= standing.<<depth>> <= $deepest
WITH standing ORDER BY standing.run <<order>>, standing.<<depth>> <<order>>
CALL (standing) {
  <<visit>>
} IN TRANSACTIONS OF 2000 ROWS
