// One writer's part of the roots of another run: standings like theirs, with nobody above.
//
// mode:    write
// params:  run: INTEGER, source: INTEGER
// returns: none
// insert:  edge, part, names, volumes
//
// `names` and `volumes` are what is taken over from the standings of that run.

MATCH (of:Standing {run: $source})
USING INDEX SEEK of:Standing(run, depth)
WHERE of.depth >= 0 AND <<part>> AND NOT EXISTS { (of)-[:<<edge>>]->() }
CALL (of) {
  CREATE (:Standing {run: $run, member_id: of.member_id, depth: 0, status: of.status<<names>><<volumes>>})
} IN TRANSACTIONS OF 2000 ROWS
