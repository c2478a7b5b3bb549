// Note that a commit which is withdrawn rests on no run any more.
//
// mode:    write
// params:  commit: INTEGER
// returns: none

MATCH (run:Run)
WHERE $commit IN run.closed_by
SET run.closed_by = nullIf([each IN run.closed_by WHERE each <> $commit], [])
