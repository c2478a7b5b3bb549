// Everyone in one leg below a standing, found by walking down.
//
// mode:    fragment
// params:  filter: MAP
// returns: below: NODE
// insert:  levels

MATCH (top)<-[branch:UNDER]-(head)
WHERE toLower(branch.leg) IN $filter.legs
MATCH (head)<-[:UNDER*0..<<levels>>]-(below)
WITH DISTINCT below
