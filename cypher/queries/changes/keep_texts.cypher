// Keep texts that a run has used, each once by its hash for all runs.
//
// mode:    write
// params:  run: INTEGER, texts: LIST<MAP>
// returns: none

MATCH (run:Run {number: $run})
SET run.texts = [each IN $texts | each.sha256 + ' ' + each.as]
WITH run
UNWIND $texts AS each
MERGE (text:Text {sha256: each.sha256})
ON CREATE SET text.text = each.text
