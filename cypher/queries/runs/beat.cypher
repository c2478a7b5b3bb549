// Record that a run is still alive, its stage, and how far that is: standings or rows done, of how many (0: not known).
//
// mode:    write
// params:  run: INTEGER, facts: MAP
// returns: none
//
// `facts` are `stage`, `done` and `total`, in a map: the server plans a statement anew for a text of another length.

MATCH (run:Run {number: $run})
SET run += $facts, run.heartbeat_at = datetime()
