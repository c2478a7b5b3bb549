// Stop transactions; whoever waits for them is told.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: transactionId: STRING, username: STRING, message: STRING

TERMINATE TRANSACTIONS $ids
