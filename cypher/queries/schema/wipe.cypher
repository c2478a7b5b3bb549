// Remove every node and relationship, in batches that fit in memory. For stores of tests.
//
// mode:    write
// params:  none
// returns: none

MATCH (node)
CALL (node) {
  DETACH DELETE node
} IN TRANSACTIONS OF 10000 ROWS
