// How old the live figures of a run are: the change that they include, the company's last one, when they were brought up to
// date, and for how many seconds the first change that they do not include has been waiting.
//
// mode:    read
// params:  run: INTEGER
// returns: change: INTEGER, last_change: INTEGER, as_of: DATETIME, delay: INTEGER

MATCH (live:Run {number: $run})
MATCH (company:Company {key: 'company'})
OPTIONAL MATCH (missing:Change {number: live.cut + 1})
WHERE live.cut < company.last_change
WITH live, company, CASE
  WHEN live.cut = company.last_change THEN 0
  ELSE duration.inSeconds(coalesce(missing.finished_at, live.refreshed_at), datetime()).seconds
END AS delay
RETURN live.cut AS change, company.last_change AS last_change, live.refreshed_at AS as_of,
  CASE WHEN delay < 0 THEN 0 ELSE delay END AS delay
