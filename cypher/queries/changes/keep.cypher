// From now on this is kept up to date of the placement tree.
//
// mode:    write
// params:  key: STRING, last_number: INTEGER
// returns: none

MERGE (kept:Kept {key: $key})
SET kept.stale = false, kept.last_number = $last_number, kept.made_at = datetime()
