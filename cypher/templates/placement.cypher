// Describe in one sentence where a newcomer below `sponsor` is placed. No row: there is no free place.
//
// kind:    placement
// params:  width: COUNT = 2
// returns: parent: NODE, leg: STRING

MATCH (sponsor)<-[:PLACED_UNDER*0..3]-(parent:Member)
WITH DISTINCT rule, parent, COUNT { (parent)<-[:PLACED_UNDER]-(:Member) } AS taken
WHERE taken < rule.width
RETURN parent, toString(taken + 1) AS leg
ORDER BY taken, parent.member_id
LIMIT 1
