// Transactions under way that bear a mark: those that one process began.
//
// mode:    read
// params:  mark: STRING
// returns: ids: LIST<STRING>

SHOW TRANSACTIONS YIELD transactionId, metaData
WHERE metaData.upline = $mark
RETURN collect(transactionId) AS ids
