// Every standing of a run.
//
// mode:    fragment
// params:  run: INTEGER
// returns: standing: NODE

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
