// Write the heartbeat of a commit under way. No row: another process has taken it over, or it is not under way any more.
//
// mode:    read-write
// params:  key: STRING, claim: STRING
// returns: key: STRING

MATCH (commit:Commit {key: $key, claim: $claim, state: 'writing'})
SET commit.heartbeat_at = datetime()
RETURN commit.key AS key
