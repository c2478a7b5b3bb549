// A chain of an outer leg is found by its side and number.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT chain_number IF NOT EXISTS FOR (chain:Chain) REQUIRE (chain.side, chain.number) IS UNIQUE
