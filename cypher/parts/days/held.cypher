// Whether an edge held on a day, as it was known after a change.
//
// mode:    fragment
// params:  day: DATE, known: INTEGER
// returns: none

edge.since <= $day
  AND coalesce(edge.opened_no, edge.import_no, startNode(edge).import_no, 0) <= $known
  AND (edge.withdrawn_no IS NULL OR edge.withdrawn_no > $known)
  AND (edge.until IS NULL OR $day < edge.until OR edge.closed_no > $known)
