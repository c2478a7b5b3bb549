// Everyone below a member in one tree today, each with the level.
//
// mode:    fragment
// params:  none
// returns: below: NODE, level: INTEGER
// insert:  open, levels
//
// There is one way down to each, so the least length is the level. With it the server walks level by level and
// remembers no paths.

MATCH path = (top)<-[:<<open>>*1..<<levels>>]-(below)
WITH below, min(length(path)) AS level
