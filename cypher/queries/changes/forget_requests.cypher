// Forget some requests that are older than so many days.
//
// mode:    write
// params:  days: INTEGER
// returns: none

MATCH (old:Request)
WHERE old.recorded_at < datetime() - duration({days: $days})
WITH old LIMIT 100
DELETE old
