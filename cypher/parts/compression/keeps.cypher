// Decide whether one standing keeps its place in each compressed tree of the run, in the order of the overlays.
//
// mode:    fragment
// params:  overlays: LIST<MAP>
// returns: keeps: LIST<BOOLEAN>
// insert:  visited, keeps

WITH standing WHERE <<visited>>
WITH standing, [<<keeps>>] AS keeps
SET standing.keeps = keeps
