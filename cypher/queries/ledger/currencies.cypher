// The currencies of the ledger with their digits, such as USD=2.
//
// mode:    read
// params:  none
// returns: currencies: LIST<STRING>

OPTIONAL MATCH (company:Company {key: 'company'})
RETURN coalesce(company.ledger_currencies, []) AS currencies
