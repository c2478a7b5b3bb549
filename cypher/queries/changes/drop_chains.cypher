// Forget some of the chains of one side, before they are made again.
//
// mode:    read-write
// params:  side: STRING, most: INTEGER
// returns: dropped: INTEGER

MATCH (chain:Chain {side: $side})
WITH chain LIMIT $most
DELETE chain
RETURN count(chain) AS dropped
