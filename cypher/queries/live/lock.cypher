// Lock a live run for one writer. `seen` is the last change that it includes; `rebuild` says whether a later change
// is of a kind that live figures do not follow (engine/genealogy/changes/writing.py lists the kinds).
//
// mode:    read-write
// params:  run: INTEGER, followed: LIST<STRING>
// returns: seen: INTEGER, cut: INTEGER, rebuild: BOOLEAN

MATCH (run:Run {number: $run, state: 'live'})
SET run.refreshed_at = datetime()
WITH run
MATCH (company:Company {key: 'company'})
RETURN run.cut AS seen, company.last_change AS cut, EXISTS {
  MATCH (change:Change)
  WHERE change.number > run.cut AND change.number <= company.last_change
    AND (change.touched IS NULL OR any(operation IN change.touched WHERE NOT operation IN $followed))
} AS rebuild
