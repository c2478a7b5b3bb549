// Whether an edge holds on a day, as it is known now; its type says that it is believed.
//
// mode:    fragment
// params:  day: DATE
// returns: none

edge.since <= $day AND (edge.until IS NULL OR $day < edge.until)
