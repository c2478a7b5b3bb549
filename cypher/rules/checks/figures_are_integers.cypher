// Volumes and money are whole numbers: a sum past 64 bits would silently turn into a float.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: STRING, actual: STRING

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0 AND NOT (standing.personal_volume IS :: INTEGER NOT NULL
  AND standing.commissionable_volume IS :: INTEGER NOT NULL
  AND standing.group_volume IS :: INTEGER NOT NULL
  AND standing.earned IS :: INTEGER)
WITH standing, CASE
  WHEN NOT standing.personal_volume IS :: INTEGER NOT NULL THEN ['personal_volume', valueType(standing.personal_volume)]
  WHEN NOT standing.commissionable_volume IS :: INTEGER NOT NULL
  THEN ['commissionable_volume', valueType(standing.commissionable_volume)]
  WHEN NOT standing.group_volume IS :: INTEGER NOT NULL THEN ['group_volume', valueType(standing.group_volume)]
  ELSE ['earned', valueType(standing.earned)] END AS figure
RETURN standing.member_id + ' ' + figure[0] AS where, 'INTEGER' AS expected, figure[1] AS actual
LIMIT $shown
