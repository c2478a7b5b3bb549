// The committed runs that have booked corrections of a run.
//
// mode:    read
// params:  run: INTEGER
// returns: numbers: LIST<INTEGER>

MATCH (later:Run {state: 'complete'})
WHERE $run IN later.corrects AND later.closed_by IS NOT NULL
WITH later.number AS number ORDER BY number
RETURN collect(number) AS numbers
