// How many members of a what-if have other figures, how many earn more or less, and by how much altogether.
//
// mode:    read
// params:  run: INTEGER
// returns: changed: INTEGER, winners: INTEGER, losers: INTEGER, won: INTEGER, lost: INTEGER

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0 AND standing.gain IS NOT NULL
RETURN count(*) AS changed,
  sum(CASE WHEN standing.gain > 0 THEN 1 ELSE 0 END) AS winners,
  sum(CASE WHEN standing.gain < 0 THEN 1 ELSE 0 END) AS losers,
  sum(CASE WHEN standing.gain > 0 THEN standing.gain ELSE 0 END) AS won,
  sum(CASE WHEN standing.gain < 0 THEN standing.gain ELSE 0 END) AS lost
