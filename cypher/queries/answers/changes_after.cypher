// The changes after a number that count, in order: whoever asks for those after the last one that it has seen misses none.
//
// mode:    read
// params:  seen: INTEGER, first: INTEGER
// returns: number: INTEGER, kind: STRING, touched: LIST<STRING>, member_ids: LIST<STRING>, finished_at: DATETIME

MATCH (company:Company {key: 'company'})
MATCH (change:Change)
WHERE change.number > $seen AND change.number <= company.last_change
RETURN change.number AS number, change.kind AS kind, change.touched AS touched, change.member_ids AS member_ids,
  change.finished_at AS finished_at
ORDER BY change.number
LIMIT $first
