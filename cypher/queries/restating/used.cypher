// The restated runs that results, live figures and runs under way rest on.
//
// mode:    read
// params:  none
// returns: numbers: LIST<INTEGER>

MATCH (run:Run)
WHERE run.restated IS NOT NULL AND run.state IN ['complete', 'live', 'running']
UNWIND run.restated AS number
RETURN collect(DISTINCT number) AS numbers
