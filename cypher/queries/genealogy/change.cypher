// A change by its number, and the number of the one that has taken it back.
//
// mode:    read
// params:  number: INTEGER
// returns: change: MAP, taken_back_by: INTEGER

MATCH (change:Change {number: $number})
RETURN change {.number, .kind, .state, .result, .effective_on} AS change,
  COLLECT { MATCH (later:Change {undoes: $number}) RETURN later.number }[0] AS taken_back_by
