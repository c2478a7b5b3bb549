// Let a run say which content was archived of it, and keep the text of the manifest.
//
// mode:    write
// params:  run: INTEGER, content_hash: STRING, sha256: STRING, text: STRING
// returns: none

MATCH (run:Run {number: $run})
SET run.content_hash = $content_hash
MERGE (manifest:Text {sha256: $sha256})
ON CREATE SET manifest.text = $text
