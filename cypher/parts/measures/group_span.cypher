// The stretch of numbers of each group: the member's own number, and the first one that is not in the group any more.
//
// mode:    fragment
// stage:   volumes
// order:   any
// params:  none
// returns: none
//
// Every standing has the same two numbers as `span_first` and `span_end`.

SET standing.group_span = [standing.span_first, standing.span_end]
