// Note what came of a request that began something, such as how it has failed.
//
// mode:    write
// params:  key: STRING, answer: STRING
// returns: none

MATCH (request:Request {key: $key})
SET request.answer = $answer
