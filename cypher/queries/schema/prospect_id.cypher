// Prospects are found, and kept apart, by their id.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT prospect_id IF NOT EXISTS FOR (prospect:Prospect) REQUIRE prospect.prospect_id IS UNIQUE
