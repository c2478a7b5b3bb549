// The request that a run answers is found by the run's number.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX request_run IF NOT EXISTS FOR (request:Request) ON (request.run)
