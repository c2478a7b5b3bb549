// Nothing that is kept of the placement tree is up to date any more; it is made again where it is used.
//
// mode:    write
// params:  none
// returns: none

MATCH (kept:Kept)
SET kept.stale = true
