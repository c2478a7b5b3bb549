// The requests that clients have sent before under some keys, with their answers.
//
// mode:    read
// params:  keys: LIST<STRING>
// returns: requests: LIST<LIST<STRING>>

UNWIND $keys AS key
MATCH (request:Request {key: key})
RETURN collect([key, request.request_hash, request.answer]) AS requests
