// Take back the parts of an unfinished change set, which never counted, and their requests.
//
// mode:    write
// params:  none
// returns: none

MATCH (part:PendingChange|PendingRequest)
CALL (part) {
  DELETE part
} IN TRANSACTIONS OF 10000 ROWS
