// There is one company in a database.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT company_key IF NOT EXISTS FOR (company:Company) REQUIRE company.key IS UNIQUE
