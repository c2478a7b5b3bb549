// What the next period reads of the standings of some levels, as parallel columns in no order, for the run's hash.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER, names: LIST<STRING>
// returns: member_id: LIST<STRING>, name: LIST<STRING>, value: LIST<STRING>
//
// `names` are the properties that the plan carries. What figures say already is left out, so that a run that carries
// nothing else has no row: a lifetime rank or a kept rank that is the rank of the period.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= $first AND standing.depth <= $last
UNWIND $names AS name
WITH standing, name, standing[name] AS held
WHERE held IS NOT NULL AND NOT (name = 'lifetime_rank' AND held = standing.qualified_rank)
  AND NOT (name = 'kept_rank' AND held = standing.rank)
WITH standing, name, CASE WHEN held IS :: INTEGER THEN [held] ELSE held END AS figures
RETURN collect(standing.member_id) AS member_id, collect(name) AS name,
  collect(reduce(text = '', figure IN figures | text + ' ' + figure)) AS value
