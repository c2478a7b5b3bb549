// Wait until every index can be used.
//
// mode:    write
// params:  none
// returns: none

CALL db.awaitIndexes(600)
