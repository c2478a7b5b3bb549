// Turn the live standings of a period into a run; nothing of it counts until it is complete. The request that it answers
// is kept with its number.
//
// mode:    read-write
// params:  number: INTEGER, run_id: STRING, facts: MAP, requests: LIST<MAP>, line: STRING, key: STRING, last_day: STRING
// returns: number: INTEGER, cut: INTEGER, tree_hash: STRING, moved: BOOLEAN, one_tree: BOOLEAN
//
// `moved`: the trees have changed since the standings got their levels and spans, so that the run gives them new ones.
// Only where they have seen the last change, where no later run but a restated one would come before them by number, and where no other run
// is under way, for a period that is neither in review nor committed (see runs/begin). The first SET takes the lock, so
// that of two that begin at once the second one sees the first.

MATCH (company:Company {key: 'company'})
SET company.key = company.key
WITH company
MATCH (run:Run {number: $number, state: 'live'})
WHERE company.last_change = run.cut
  AND NOT $key IN coalesce(company.in_review, []) AND none(closed IN coalesce(company.closed, []) WHERE
    closed STARTS WITH $line AND substring(closed, size($line), 10) >= $last_day)
  AND NOT EXISTS {
    MATCH (later:Run)
    WHERE later.number > $number AND later.restates IS NULL OR later.state = 'running'
  }
WITH company, run, coalesce(run.moved, false) AS moved
SET run += $facts, run.run_id = $run_id, run.state = 'running', run.moved = null,
  run.started_at = datetime(), run.heartbeat_at = datetime()
FOREACH (each IN $requests |
  MERGE (request:Request {key: each.key})
  ON CREATE SET request += each, request.run = run.number, request.recorded_at = datetime(),
    request.answer = '{"run": ' + toString(run.number) + '}'
)
RETURN run.number AS number, run.cut AS cut, run.tree_hash AS tree_hash, moved,
  coalesce(company.one_tree, true) AS one_tree
