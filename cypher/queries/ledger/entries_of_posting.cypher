// The entries of what was booked by hand under a number.
//
// mode:    read
// params:  number: INTEGER
// returns: owner: STRING, account: STRING, event: STRING, amount: INTEGER

MATCH (batch:Batch {posting: $number})
MATCH (entry:Entry {batch: batch.key})
RETURN entry.owner AS owner, entry.account AS account, entry.event AS event, entry.amount AS amount
ORDER BY owner, account
