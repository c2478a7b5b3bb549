// Runs are numbered.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT run_number IF NOT EXISTS FOR (run:Run) REQUIRE run.number IS UNIQUE
