// Changes are numbered.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT change_number IF NOT EXISTS FOR (change:Change) REQUIRE change.number IS UNIQUE
