// Stop transactions; their clients get an error.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: transactionId: STRING, username: STRING, message: STRING

TERMINATE TRANSACTIONS $ids
