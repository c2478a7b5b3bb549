// What the flow of a bonus left on some standings, as rows by member: the figures that are asked for.
//
// mode:    read
// params:  state: STRING, rule: MAP
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen, figures

<<chosen>>
WITH standing, standing[$state] AS state, $rule AS rule
WHERE state IS NOT NULL
WITH standing, state, rule ORDER BY standing.depth, standing.member_id
RETURN collect([standing.member_id, <<figures>>]) AS rows
