// Keep the texts of the rules that a run uses, once for all runs that use the same ones.
//
// mode:    write
// params:  hash: STRING, names: LIST<STRING>, texts: LIST<STRING>
// returns: none

MERGE (rules:Rules {hash: $hash})
ON CREATE SET rules.names = $names, rules.texts = $texts
