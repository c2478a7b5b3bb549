// What the members of some standings earned, as rows by member and bonus: member, bonus, amount, exact, lines, cut.
//
// mode:    read
// params:  none
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen

<<chosen>>
MATCH (standing)<-[:EARNED_BY]-(earning)
WITH standing, earning ORDER BY standing.depth, standing.member_id, earning.bonus
RETURN collect([standing.member_id, earning.bonus, earning.amount, earning.exact, earning.lines,
  coalesce(earning.cut, 0)]) AS rows
