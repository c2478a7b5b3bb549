// Store chains of one side: number, the member at the end, and how many members there are.
//
// mode:    write
// params:  side: STRING, rows: LIST<LIST<ANY>>
// returns: none

UNWIND $rows AS row
CREATE (:Chain {side: $side, number: row[0], end: row[1], members: row[2]})
