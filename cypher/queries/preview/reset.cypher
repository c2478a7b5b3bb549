// Take what is about to be worked out anew from all standings of a run.
//
// mode:    write
// params:  run: INTEGER, names: LIST<STRING>
// returns: none

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
FOREACH (name IN $names | SET standing[name] = null)
