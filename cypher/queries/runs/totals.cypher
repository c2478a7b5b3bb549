// Store what each bonus of a run could pay, paid, rounded and left, all exact.
//
// mode:    write
// params:  run: INTEGER, totals: LIST<MAP>
// returns: none

MATCH (run:Run {number: $run})
UNWIND $totals AS total
CREATE (stored:BonusTotal)-[:TOTAL_OF]->(run)
SET stored = total
