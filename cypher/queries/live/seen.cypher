// Note how far a live run has seen. `moved`: who is in it, or where, has changed; `altered`: that, or a status or another
// fact that its standings copy; `added`: standings that it got.
//
// mode:    write
// params:  run: INTEGER, cut: INTEGER, moved: BOOLEAN, altered: BOOLEAN, added: INTEGER
// returns: none

MATCH (run:Run {number: $run})
SET run.cut = $cut, run.refreshed_at = datetime(), run.members = run.members + $added,
  run.moved = CASE WHEN $moved THEN true ELSE run.moved END,
  run.tree_hash = CASE WHEN $altered THEN null ELSE run.tree_hash END
