// Make one standing inactive if it misses what the plan requires of active members besides the volume floor.
//
// mode:    fragment
// params:  ways: LIST<LIST<MAP>>
// returns: none
// insert:  passes

WITH standing, 0 AS reached
WHERE standing.active AND NOT coalesce(standing.waived, false)
  AND NOT any(way IN $ways WHERE all(rule IN way WHERE <<passes>>))
SET standing.active = false
