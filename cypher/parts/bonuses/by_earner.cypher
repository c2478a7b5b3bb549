// Ask a bonus rule once for each member who earned one of some bonuses; each of those earnings makes one line.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  rule
//
// The base is what was earned before caps, but for those that the plan sets before matching; what a bonus of another
// calendar paid in periods that end in this one comes after caps, and its line names the period.

CALL (source) {
  MATCH (source)<-[:EARNED_BY]-(earned)
  WHERE earned.bonus IN $rule.bonuses
  RETURN collect([earned.bonus, earned.amount + coalesce(earned.cut, 0) - coalesce(earned.cut_before, 0)]) AS here
}
CALL (source) {
  WITH source WHERE source.paid_elsewhere IS NOT NULL
  MATCH (run:Run {number: source.run})
  RETURN collect([place IN range(0, size(source.paid_elsewhere) - 1)
    WHERE run.matched_bonuses[place] IN $rule.bonuses AND source.paid_elsewhere[place] <> 0 |
    [run.matched_bonuses[place] + ' ' + run.matched_periods[place], source.paid_elsewhere[place]]])[0] AS elsewhere
}
WITH source, here + coalesce(elsewhere, []) AS bases
WHERE size(bases) > 0
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
