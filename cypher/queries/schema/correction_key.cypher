// A run books one correction for each bonus of an earlier run and each payee, and finds those of a payee without the others.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT correction_key IF NOT EXISTS
FOR (correction:Correction) REQUIRE (correction.run, correction.member_id, correction.paid_run, correction.bonus) IS UNIQUE
