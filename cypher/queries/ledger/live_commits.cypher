// The runs whose pay counts in the ledger, each with the key of its batch.
//
// mode:    read
// params:  none
// returns: run: INTEGER, key: STRING

MATCH (commit:Commit {state: 'booked'})
MATCH (batch:Batch {key: 'commit ' + commit.number, state: 'booked'})
RETURN commit.run AS run, batch.key AS key
ORDER BY run
