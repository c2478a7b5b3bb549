// Take some standings from their places in the main tree of a live run; in the sponsor tree with the type replaced.
//
// mode:    write
// params:  standings: LIST<INTEGER>
// returns: none

UNWIND $standings AS number
MATCH (standing)-[edge:UNDER]->()
WHERE id(standing) = number
DELETE edge
