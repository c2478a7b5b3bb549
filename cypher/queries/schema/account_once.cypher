// An owner has one account of a kind in a currency.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT account_once IF NOT EXISTS
FOR (account:Account) REQUIRE (account.owner, account.kind, account.currency) IS UNIQUE
