// Ask the server whether a company's requirement rule is sound; it is explained, never run.
//
// mode:    read
// params:  rule: MAP
// returns: none
// insert:  rule

MATCH (standing:Standing {run: 0})
WITH standing, [{volume: 0, best_rank: 0, active: true, personal_volume: 0}] AS legs,
  {volume: 0, best_rank: 0, active: true, personal_volume: 0} AS leg, [] AS sponsored, 0 AS reached, $rule AS rule
<<rule>>
