// Take activity from one standing that misses what the plan asks of active members beside the volume floor.
//
// mode:    fragment
// params:  requirements: LIST<MAP>, ways: LIST<LIST<INTEGER>>
// returns: none
// insert:  passes

WITH standing, 0 AS reached
WHERE standing.active AND NOT coalesce(standing.waived, false)
  AND NOT any(way IN $ways WHERE all(rule IN [place IN way | $requirements[place]] WHERE <<passes>>))
SET standing.active = false
