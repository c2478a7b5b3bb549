// Take all standings of a run out of the compressed trees.
//
// mode:    write
// params:  run: INTEGER
// returns: none

MATCH (standing:Standing {run: $run})-[into:COMPRESSED_INTO]->()
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
DELETE into
