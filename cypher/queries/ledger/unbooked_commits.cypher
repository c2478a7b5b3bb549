// Commits whose batches are not as they should be: booked where they count, and booked back where they were withdrawn.
//
// mode:    read
// params:  shown: INTEGER
// returns: where: STRING, expected: STRING, actual: STRING

MATCH (commit:Commit)
WHERE commit.state IN ['booked', 'withdrawn']
OPTIONAL MATCH (own:Batch {key: 'commit ' + commit.number})
OPTIONAL MATCH (back:Batch {key: 'withdrawal of commit ' + commit.number})
WITH commit, own IS NOT NULL AND own.state = 'booked' AS posted,
  back IS NOT NULL AND back.state = 'booked' AS reversed
WHERE (commit.state = 'booked' AND (NOT posted OR reversed)) OR (commit.state = 'withdrawn' AND posted <> reversed)
RETURN 'commit ' + commit.number + ' of ' + commit.period AS where,
  CASE commit.state WHEN 'booked' THEN 'booked' ELSE 'booked and booked back' END AS expected,
  CASE WHEN posted AND reversed THEN 'booked and booked back' WHEN posted THEN 'booked' ELSE 'not booked' END AS actual
ORDER BY where
LIMIT $shown
