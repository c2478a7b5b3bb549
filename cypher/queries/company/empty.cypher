// Whether the database holds nothing but imports that were taken back.
//
// mode:    read
// params:  none
// returns: empty: BOOLEAN

RETURN NOT EXISTS { MATCH (node) WHERE NOT node:Import } AS empty
