// Keep a request that made no change with its answer, so that the same request gets the same answer again.
//
// mode:    write
// params:  request: MAP
// returns: none

MERGE (request:Request {key: $request.key})
ON CREATE SET request += $request, request.recorded_at = datetime()
