// The company's rules for the ledger; null before there is a company.
//
// mode:    read
// params:  none
// returns: rules: MAP

OPTIONAL MATCH (company:Company {key: 'company'})
RETURN company {.ledger_two_person, .ledger_minimum, .ledger_fee, .ledger_withholding, .ledger_unpaid,
  .ledger_together} AS rules
