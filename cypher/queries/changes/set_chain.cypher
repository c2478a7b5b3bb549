// Note where a chain of one side ends, and how many members it has.
//
// mode:    write
// params:  side: STRING, number: INTEGER, end: STRING, members: INTEGER
// returns: none

MERGE (chain:Chain {side: $side, number: $number})
SET chain.end = $end, chain.members = $members
