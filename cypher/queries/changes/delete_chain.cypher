// Forget a chain of which nothing is left.
//
// mode:    write
// params:  side: STRING, number: INTEGER
// returns: none

MATCH (chain:Chain {side: $side, number: $number})
DELETE chain
