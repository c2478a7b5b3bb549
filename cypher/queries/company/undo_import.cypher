// Mark an import that was interrupted and taken back.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (load:Import {number: $number})
SET load.state = 'taken back', load.finished_at = datetime()
