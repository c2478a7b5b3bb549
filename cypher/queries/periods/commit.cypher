// The commits of a key, or of a state where there is no key.
//
// mode:    read
// params:  key: STRING, state: STRING
// returns: commit: MAP, idle: INTEGER

MATCH (commit:Commit)
WHERE ($key = '' OR commit.key = $key) AND ($state = '' OR commit.state = $state)
RETURN commit {.*} AS commit, duration.inSeconds(commit.heartbeat_at, datetime()).seconds AS idle
ORDER BY commit.number
