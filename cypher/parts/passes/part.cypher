// Whether a standing is in the part of one writer out of several: stretches of 500 neighbours in the store, dealt out in turn.
//
// mode:    fragment
// params:  writers: INTEGER, writer: INTEGER
// returns: none
// insert:  standing
//
// Each writer asks a statement of its own, and none uses CONCURRENT TRANSACTIONS. Those share one statement's state: the
// server reorders conditions of equal cost by how often they held, in an array that all its writers sort in place, and where
// two sort at once a condition is lost for the rest of the statement. Neighbours stay together because siblings are
// stored together: writers seldom meet at a parent.

id(<<standing>>) / 500 % $writers = $writer
