// Lock a live run for one writer. `seen` is the last change that it includes; `rebuild` says whether a later change
// is one that live figures do not follow: of a kind that engine/genealogy/changes/writing.py calls neither followed nor
// followed by member, or of so many members that its node does not name them.
//
// mode:    read-write
// params:  run: INTEGER, followed: LIST<STRING>, by_member: LIST<STRING>
// returns: seen: INTEGER, cut: INTEGER, one_tree: BOOLEAN, rebuild: BOOLEAN

MATCH (run:Run {number: $run, state: 'live'})
SET run.state = run.state  // the same value again: this takes the write lock
WITH run
MATCH (company:Company {key: 'company'})
RETURN run.cut AS seen, company.last_change AS cut, coalesce(company.one_tree, true) AS one_tree, EXISTS {
  MATCH (change:Change)
  WHERE change.number > run.cut AND change.number <= company.last_change
    AND (change.touched IS NULL
      OR any(operation IN change.touched WHERE NOT operation IN $followed AND NOT operation IN $by_member)
      OR change.member_ids IS NULL AND any(operation IN change.touched WHERE operation IN $by_member))
} AS rebuild
