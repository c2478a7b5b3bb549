// Take activity from one standing that misses what the plan asks of active members beside the volume floor.
//
// mode:    fragment
// params:  ways: LIST<LIST<MAP>>
// returns: none
// insert:  passes

WITH standing, 0 AS reached
WHERE standing.active AND NOT coalesce(standing.waived, false)
  AND NOT any(way IN $ways WHERE all(rule IN way WHERE <<passes>>))
SET standing.active = false
