// A batch has one entry for each account and event, so it can be posted again; an owner's entries are found by it too.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT entry_once IF NOT EXISTS
FOR (entry:Entry) REQUIRE (entry.owner, entry.batch, entry.account, entry.event, entry.currency) IS UNIQUE
