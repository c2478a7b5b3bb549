// What members below were paid in some bonuses, by generation; as the flow of volumes by generation.
//
// kind:    flow
// order:   up
// params:  none
// returns: state: LIST<INTEGER>

MATCH (standing)<-[:UNDER]-(below:Standing)
CALL (below, rule) {
  OPTIONAL MATCH (below)<-[:EARNED_BY]-(earned:Earning)
  WHERE earned.bonus IN rule.bonuses
  RETURN coalesce(sum(earned.amount), 0) AS own
}
WITH rule, own, below[rule.state] AS seen,
  CASE WHEN below.rank >= rule.border AND below.status <> 'terminated'
    AND (below.active OR rule.inactive = 'keep') THEN 1 ELSE 0 END AS border
WITH rule, own, seen, border, CASE WHEN rule.closes = 'out' THEN border ELSE 0 END AS place
UNWIND range(0, size(rule.rates_most) - 1) AS generation
WITH generation, sum(CASE WHEN generation = place THEN own ELSE 0 END
  + CASE WHEN generation >= border THEN coalesce(seen[generation - border], 0) ELSE 0 END) AS earned
ORDER BY generation
RETURN collect(earned) AS state
