// What one source was paid in the bonuses that the plan names, as a row for each: `bonus`, and `paid` in minor units.
//
// mode:    fragment
// params:  none
// returns: bonus: STRING, paid: INTEGER
//
// It comes before caps, but after those that the plan sets before matching. Of a bonus of another calendar it is what was
// paid, after caps, in each period that ends in this one.

CALL (source, rule) {
  MATCH (source)<-[:EARNED_BY]-(earning)
  WHERE earning.bonus IN rule.bonuses
  RETURN earning.bonus AS bonus,
    earning.amount + coalesce(earning.cut, 0) - coalesce(earning.cut_before, 0) AS paid
  UNION ALL
  WITH source, rule WHERE source.paid_elsewhere IS NOT NULL
  MATCH (run:Run {number: source.run})
  UNWIND range(0, size(source.paid_elsewhere) - 1) AS place
  WITH run.matched_bonuses[place] AS bonus, source.paid_elsewhere[place] AS paid, rule
  WHERE bonus IN rule.bonuses
  RETURN bonus, paid
}
