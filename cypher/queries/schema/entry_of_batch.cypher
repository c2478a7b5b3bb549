// The entries of a batch are found without the others.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX entry_of_batch IF NOT EXISTS FOR (entry:Entry) ON (entry.batch)
