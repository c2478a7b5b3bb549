// What a standing was paid in earlier bonuses that the plan names, before caps, but after those before matching.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  name, node

reduce(total = 0, paid IN [(<<node>>)<-[:EARNED_BY]-(earning) WHERE earning.bonus IN rule.<<name>>_bonuses |
  earning.amount + coalesce(earning.cut, 0) - coalesce(earning.cut_before, 0)] | total + paid)
