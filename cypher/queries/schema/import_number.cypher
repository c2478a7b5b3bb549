// Imports are numbered.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT import_number IF NOT EXISTS FOR (load:Import) REQUIRE load.number IS UNIQUE
