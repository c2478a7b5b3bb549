// Everyone below a standing, found by walking down.
//
// mode:    fragment
// params:  none
// returns: below: NODE
// insert:  levels
//
// With DISTINCT the server remembers no paths, so a leg of any depth is walked once.

MATCH (top)<-[:UNDER*1..<<levels>>]-(below)
WITH DISTINCT below
