// Changes after the first ones that count for a run, unless all that they touched is followed: the first of them.
//
// mode:    read
// params:  cut: INTEGER, followed: LIST<STRING>
// returns: change: MAP

MATCH (change:Change)
WHERE change.number > $cut
  AND (change.touched IS NULL OR any(operation IN change.touched WHERE NOT operation IN $followed))
RETURN change {.number, .kind, .directory, .state} AS change
ORDER BY change.number
LIMIT 1
