// Wait until every index can be used.
//
// mode:    read
// params:  none
// returns: none

CALL db.awaitIndexes(600)
