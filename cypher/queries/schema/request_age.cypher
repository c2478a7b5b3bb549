// Requests that are old enough to be forgotten are found without the others.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX request_age IF NOT EXISTS FOR (request:Request) ON (request.recorded_at)
