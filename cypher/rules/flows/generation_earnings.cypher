// What members below were paid in some bonuses, by generation; as the flow of volumes by generation. Bonuses of another
// calendar count by the periods that end in this one.
//
// kind:    flow
// order:   up
// params:  none
// returns: state: LIST<INTEGER>
// shows:   earned_below_by_generation: BASES = CASE rule.border WHEN 0 THEN state[standing.rank * size(rule.rates_most)..(standing.rank + 1) * size(rule.rates_most)] ELSE state END

MATCH (standing)<-[:UNDER]-(below)
CALL (below, rule) {
  WITH below AS source, rule
  <<earnings>>
  RETURN coalesce(sum(paid), 0) AS own
}
WITH rule, own, below[rule.state] AS seen,
  CASE WHEN NOT below.status IN ['terminated', 'customer'] AND (below.active OR rule.inactive = 'keep') THEN below.rank ELSE -1 END AS held,
  CASE rule.border WHEN 0 THEN range(0, size(rule.rates) - 1) ELSE [rule.border] END AS borders,
  size(rule.rates_most) AS paid
UNWIND range(0, size(borders) - 1) AS place
WITH rule, own, seen, place, paid, CASE WHEN held >= borders[place] THEN 1 ELSE 0 END AS border
UNWIND range(0, paid - 1) AS generation
WITH place, generation, own, border, rule.endless AND generation = paid - 1 AS last,
  CASE WHEN rule.closes = 'out' THEN border ELSE 0 END AS own_in, seen[place * paid..(place + 1) * paid] AS seen
WITH place, generation, sum(
  CASE WHEN generation = own_in OR (last AND own_in > generation) THEN own ELSE 0 END
  + CASE WHEN generation >= border THEN coalesce(seen[generation - border], 0) ELSE 0 END
  + CASE WHEN last AND border = 1 THEN coalesce(seen[generation], 0) ELSE 0 END) AS earned
ORDER BY place, generation
RETURN collect(earned) AS state
