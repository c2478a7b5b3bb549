// Nothing but an answer, which a database that has stopped does not give.
//
// mode:    read
// params:  none
// returns: one: INTEGER

RETURN 1 AS one
