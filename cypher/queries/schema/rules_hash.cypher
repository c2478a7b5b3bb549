// The rules of runs are kept once for each hash.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT rules_hash IF NOT EXISTS FOR (rules:Rules) REQUIRE rules.hash IS UNIQUE
