// The runs in some states, newest first. Every command looks for those that are no results: complete ones stay unread.
//
// mode:    read
// params:  states: LIST<STRING>
// returns: run: MAP, idle: INTEGER

MATCH (run:Run)
WHERE run.state IN $states
RETURN properties(run) AS run, duration.inSeconds(run.heartbeat_at, datetime()).seconds AS idle
ORDER BY run.number DESC
