// Volume below a member by generation: one figure for each generation that is paid, none where nobody stands below.
//
// kind:    flow
// order:   up
// params:  none
// returns: state: LIST<INTEGER>
//
// What a member below sees moves up unchanged, or one generation further where that member is of the
// border rank; volume past the last paid generation is let go.

MATCH (standing)<-[:UNDER]-(below:Standing)
WITH rule, below.commissionable_volume AS own, below[rule.state] AS seen,
  CASE WHEN below.rank >= rule.border AND below.status <> 'terminated'
    AND (below.active OR rule.inactive = 'keep') THEN 1 ELSE 0 END AS border
WITH rule, own, seen, border, CASE WHEN rule.closes = 'out' THEN border ELSE 0 END AS place
UNWIND range(0, size(rule.rates_most) - 1) AS generation
WITH generation, sum(CASE WHEN generation = place THEN own ELSE 0 END
  + CASE WHEN generation >= border THEN coalesce(seen[generation - border], 0) ELSE 0 END) AS volume
ORDER BY generation
RETURN collect(volume) AS state
