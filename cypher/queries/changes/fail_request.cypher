// Note how a request has failed that began something.
//
// mode:    write
// params:  key: STRING, answer: STRING
// returns: none

MATCH (request:Request {key: $key})
SET request.answer = $answer
