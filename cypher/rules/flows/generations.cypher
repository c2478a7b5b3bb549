// Volume below a member by generation: one figure for each generation that is paid, none where nobody is below.
//
// kind:    flow
// order:   up
// params:  none
// returns: state: LIST<INTEGER>
// shows:   volume_by_generation: VOLUMES = CASE rule.border WHEN 0 THEN state[standing.rank * size(rule.rates_most)..(standing.rank + 1) * size(rule.rates_most)] ELSE state END
//
// What a member below sees moves up unchanged, or one generation further where that member is of the
// border rank; volume past the last paid generation is let go, or stays in the last one where the bonus is
// `endless`. Where everybody's own rank is the border (border 0), the list holds all generations for each rank,
// from none on: a payee looks at those of the own rank.

MATCH (standing)<-[:UNDER]-(below)
WITH rule, below.commissionable_volume AS own, below[rule.state] AS seen,
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
  + CASE WHEN last AND border = 1 THEN coalesce(seen[generation], 0) ELSE 0 END) AS volume
ORDER BY place, generation
RETURN collect(volume) AS state
