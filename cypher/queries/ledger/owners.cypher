// The next owners of accounts after an id, in order; the company's own accounts have an empty one.
//
// mode:    read
// params:  after: STRING, first: INTEGER
// returns: owners: LIST<STRING>

RETURN COLLECT {
  MATCH (entry:Entry)
  WHERE entry.owner > $after AND entry.batch IS NOT NULL AND entry.account IS NOT NULL AND entry.event IS NOT NULL
    AND entry.currency IS NOT NULL
  WITH DISTINCT entry.owner AS owner
  RETURN owner ORDER BY owner LIMIT $first
} AS owners
