// Texts of committed runs by their hashes.
//
// mode:    read
// params:  hashes: LIST<STRING>
// returns: hash: STRING, text: STRING

MATCH (text:Text)
WHERE text.sha256 IN $hashes
RETURN text.sha256 AS hash, text.text AS text
