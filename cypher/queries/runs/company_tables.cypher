// How many rows the company has in the tables that most companies leave out, from the count store.
//
// mode:    read
// params:  none
// returns: facts: INTEGER, overrides: INTEGER, openings: INTEGER, corrections: INTEGER
//
// Corrections are refunds of orders that committed runs counted. Corrected ones and those of an open change are among them: a table with rows may have none that counts.

RETURN COUNT { (:Fact) } AS facts, COUNT { (:Override) } AS overrides, COUNT { (:Opening) } AS openings,
  COUNT { (:Correcting) } AS corrections
