// The release of the server that answers, as it names itself.
//
// mode:    read
// params:  none
// returns: version: STRING, edition: STRING

CALL dbms.components() YIELD name, versions, edition
WHERE name = 'Neo4j Kernel'
RETURN versions[0] AS version, edition
