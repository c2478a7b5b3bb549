// Note on a run which committed runs it corrects, and by which runs these were computed again, before it books anything.
//
// mode:    write
// params:  run: INTEGER, corrects: LIST<INTEGER>, corrected_by: LIST<INTEGER>
// returns: none

MATCH (run:Run {number: $run})
SET run.corrects = $corrects, run.corrected_by = $corrected_by
