// Transactions under way, but for this one: those of a run that is to be stopped.
//
// mode:    read
// params:  none
// returns: ids: LIST<STRING>

SHOW TRANSACTIONS YIELD transactionId, currentQuery
WHERE NOT currentQuery STARTS WITH 'SHOW TRANSACTIONS'
RETURN collect(transactionId) AS ids
