// Take the number of a new chain of one side.
//
// mode:    read-write
// params:  key: STRING
// returns: number: INTEGER

MATCH (kept:Kept {key: $key})
SET kept.last_number = kept.last_number + 1
RETURN kept.last_number AS number
