// The texts that a run has kept, with what each was used as.
//
// mode:    read
// params:  run: INTEGER
// returns: as: STRING, sha256: STRING, text: STRING

MATCH (run:Run {number: $run})
UNWIND run.texts AS used
MATCH (text:Text {sha256: split(used, ' ')[0]})
RETURN substring(used, size(text.sha256) + 1) AS as, text.sha256 AS sha256, text.text AS text
ORDER BY as
