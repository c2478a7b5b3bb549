// The request that a client has sent before under a key, with its answer.
//
// mode:    read
// params:  key: STRING
// returns: request_hash: STRING, answer: STRING

MATCH (request:Request {key: $key})
RETURN request.request_hash AS request_hash, request.answer AS answer
