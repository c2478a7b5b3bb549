// Runs by their numbers, with what they rest on.
//
// mode:    read
// params:  numbers: LIST<INTEGER>
// returns: run: MAP

UNWIND $numbers AS number
MATCH (run:Run {number: number, state: 'complete'})
RETURN run {.number, .period, .plan, .calendar, .last_day, .rests_on, .closed_by} AS run
ORDER BY run.number
