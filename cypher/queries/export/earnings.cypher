// The earnings of some levels as rows, by member id and bonus.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: rows: LIST<LIST<ANY>>

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE standing.depth >= $first AND standing.depth <= $last
WITH standing, earning ORDER BY standing.depth, standing.member_id, earning.bonus
RETURN collect([standing.member_id, earning.bonus, earning.amount, earning.exact, earning.lines,
  coalesce(earning.cut, 0)]) AS rows
