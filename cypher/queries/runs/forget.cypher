// Forget a run whose standings are gone, and the texts of its rules where no other run uses them.
//
// mode:    write
// params:  run: INTEGER
// returns: none

MATCH (run:Run {number: $run})
OPTIONAL MATCH (rules:Rules {hash: run.rules_hash})
WHERE NOT EXISTS { MATCH (other:Run {rules_hash: run.rules_hash}) WHERE other.number <> $run }
OPTIONAL MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
DETACH DELETE total, run, rules
