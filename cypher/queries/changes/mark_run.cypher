// Let a run say since when it is committed, or that it is no longer.
//
// mode:    write
// params:  run: INTEGER, at: DATETIME
// returns: none

MATCH (run:Run {number: $run})
SET run.committed_at = $at, run.content_hash = CASE WHEN $at IS NOT NULL THEN run.content_hash END
