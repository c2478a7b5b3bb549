// Whether the database holds nothing but changes that were taken back.
//
// mode:    read
// params:  none
// returns: empty: BOOLEAN

RETURN NOT EXISTS { MATCH (node) WHERE NOT node:Change AND NOT node:Company } AS empty
