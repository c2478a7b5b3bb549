// How one of the two legs of a binary is written in one tree today; no row where nobody is in such a leg.
//
// mode:    read
// params:  none
// returns: leg: STRING
// insert:  open

MATCH (:Member)-[edge:<<open>>]->(:Member)
WHERE toLower(edge.leg) IN ['l', 'left', '1', 'r', 'right', '2']
RETURN edge.leg AS leg
LIMIT 1
