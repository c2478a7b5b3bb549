// Every run, newest first.
//
// mode:    read
// params:  none
// returns: run: MAP, idle: INTEGER

MATCH (run:Run)
RETURN properties(run) AS run, duration.inSeconds(run.heartbeat_at, datetime()).seconds AS idle
ORDER BY run.number DESC
