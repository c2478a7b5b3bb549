// What is kept up to date of the placement tree, to find places by: each by the property of members that holds it.
//
// mode:    read
// params:  none
// returns: keys: LIST<STRING>

MATCH (kept:Kept)
WHERE NOT kept.stale
RETURN collect(kept.key) AS keys
