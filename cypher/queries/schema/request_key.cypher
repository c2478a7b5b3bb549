// A key belongs to one request.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT request_key IF NOT EXISTS FOR (request:Request) REQUIRE request.key IS UNIQUE
