// Ask a bonus rule once for each member who earned one of some bonuses; each of those earnings makes one line.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  rule
//
// The base is what was earned before caps, but for those that the plan sets before matching.

CALL (source) {
  MATCH (source)<-[:EARNED_BY]-(earned:Earning)
  WHERE earned.bonus IN $rule.bonuses
  RETURN collect([earned.bonus, earned.amount + coalesce(earned.cut, 0) - coalesce(earned.cut_before, 0)]) AS bases
}
WITH source, bases
WHERE size(bases) > 0
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
