// Note that a commit rests on runs: from now on none of them is superseded or removed.
//
// mode:    write
// params:  runs: LIST<INTEGER>, commit: INTEGER
// returns: none

UNWIND $runs AS number
MATCH (run:Run {number: number})
SET run.closed_by = [each IN coalesce(run.closed_by, []) WHERE each <> $commit] + $commit
