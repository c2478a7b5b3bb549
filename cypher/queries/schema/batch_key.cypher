// A batch of the ledger is posted once, whoever posts it.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT batch_key IF NOT EXISTS FOR (batch:Batch) REQUIRE batch.key IS UNIQUE
