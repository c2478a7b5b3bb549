// How many standings of a run are on each level, from one depth on.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER
// returns: depths: LIST<INTEGER>, widths: LIST<INTEGER>
// insert:  depth

MATCH (standing:Standing {run: $run})
WHERE standing.<<depth>> >= $first
WITH standing.<<depth>> AS depth, count(*) AS width
ORDER BY depth
RETURN collect(depth) AS depths, collect(width) AS widths
