// Everyone in one leg below a member in one tree today, each with the level.
//
// mode:    fragment
// params:  filter: MAP
// returns: below: NODE, level: INTEGER
// insert:  open, levels

MATCH (top)<-[branch:<<open>>]-(head)
WHERE toLower(branch.leg) IN $filter.legs
MATCH path = (head)<-[:<<open>>*0..<<levels>>]-(below)
WITH below, 1 + min(length(path)) AS level
