// Whether an edge held on a day, as it was known after a change.
//
// mode:    fragment
// params:  day: DATE, known: INTEGER, types: LIST<STRING>
// returns: none
//
// An edge of a release that did not record who closed it was closed by the next one.

edge.since <= $day AND coalesce(edge.opened_no, edge.import_no, below.import_no, 0) <= $known
AND (edge.withdrawn_no IS NULL OR edge.withdrawn_no > $known)
AND (edge.until IS NULL OR $day < edge.until OR coalesce(
  edge.closed_no,
  COLLECT { MATCH (below)-[next]->(:Member) WHERE type(next) IN $types AND next.step = edge.step + 1 RETURN next.import_no }[0],
  0
) > $known)
