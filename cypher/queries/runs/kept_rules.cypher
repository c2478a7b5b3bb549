// The texts of the rules that runs used, each with its kind and name, by the hash of all of them.
//
// mode:    read
// params:  hashes: LIST<STRING>
// returns: hash: STRING, rules: LIST<LIST<STRING>>

UNWIND $hashes AS hash
MATCH (rules:Rules {hash: hash})
RETURN hash, [number IN range(0, size(rules.names) - 1) | [rules.names[number], rules.texts[number]]] AS rules
