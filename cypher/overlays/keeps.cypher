// Whether one standing keeps its place in each compressed tree of the run, in the order of the overlays.
//
// mode:    fragment
// params:  overlays: LIST<MAP>
// returns: none
// insert:  keeps

SET standing.keeps = [<<keeps>>]
