// How many orders the standings of a run have counted.
//
// mode:    read
// params:  run: INTEGER
// returns: orders: INTEGER

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
RETURN sum(standing.orders) AS orders
