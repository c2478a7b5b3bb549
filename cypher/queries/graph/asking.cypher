// Whether a statement of a transaction is under way.
//
// mode:    read
// params:  transaction: STRING
// returns: asking: BOOLEAN

SHOW TRANSACTIONS YIELD transactionId, currentQuery
WHERE transactionId = $transaction AND currentQuery <> ''
RETURN count(*) > 0 AS asking
