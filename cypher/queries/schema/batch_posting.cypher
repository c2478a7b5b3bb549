// What was booked by hand is found by its number.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT batch_posting IF NOT EXISTS FOR (batch:Batch) REQUIRE batch.posting IS UNIQUE
