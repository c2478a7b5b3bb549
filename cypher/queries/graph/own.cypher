// The transaction that asks this, found by a mark among the parameters of what it asks.
//
// mode:    read
// params:  mark: STRING
// returns: id: STRING

SHOW TRANSACTIONS YIELD transactionId, parameters
WHERE parameters.mark = $mark
RETURN transactionId AS id
