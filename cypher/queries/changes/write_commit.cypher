// Write the record of a commit under its key, or what has become of it.
//
// mode:    write
// params:  key: STRING, facts: MAP
// returns: none

MERGE (commit:Commit {key: $key})
SET commit += $facts
