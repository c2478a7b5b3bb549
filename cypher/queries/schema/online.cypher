// The constraints and indexes that can be used, by name.
//
// mode:    read
// params:  none
// returns: names: LIST<STRING>

SHOW INDEXES YIELD name, state
WHERE state = 'ONLINE'
RETURN collect(name) AS names
