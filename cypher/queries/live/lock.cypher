// Take a live run for one writer at a time; say how far it has seen, and whether the trees changed since.
//
// mode:    read-write
// params:  run: INTEGER
// returns: seen: INTEGER, cut: INTEGER, trees: BOOLEAN

MATCH (run:Run {number: $run, state: 'live'})
SET run.refreshed_at = datetime()
WITH run
MATCH (company:Company {key: 'company'})
RETURN run.cut AS seen, company.last_import AS cut, EXISTS {
  MATCH (load:Import)
  WHERE load.number > run.cut AND load.number <= company.last_import AND coalesce(load.trees, true)
} AS trees
