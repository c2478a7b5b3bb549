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
RETURN standing.member_id AS where, 'INTEGER' AS expected, valueType(standing.group_volume) AS actual
LIMIT $shown
