// What each bonus paid some members: member, bonus, pay after caps, and what other bonuses match of it, in minor units.
//
// mode:    read
// params:  none
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen
//
// Matching sees pay before caps, but after those that the plan sets before matching.

<<chosen>>
MATCH (standing)<-[:EARNED_BY]-(earning)
RETURN collect([standing.member_id, earning.bonus, earning.amount,
  earning.amount + coalesce(earning.cut, 0) - coalesce(earning.cut_before, 0)]) AS rows
