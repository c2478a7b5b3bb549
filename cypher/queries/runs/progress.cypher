// How far some runs are, with what became of the requests that they answer; no row where neither is known.
//
// mode:    read
// params:  numbers: LIST<INTEGER>
// returns: number: INTEGER, run: MAP, idle: INTEGER, answer: STRING

UNWIND $numbers AS number
OPTIONAL MATCH (run:Run {number: number})
OPTIONAL MATCH (request:Request {run: number})
WITH number, run, request
WHERE run IS NOT NULL OR request IS NOT NULL
RETURN number, run {
    .number, .period, .plan, .state, .stage, .done, .total, .started_at, .finished_at, .host, .pid, .pid_started, .claim
  } AS run,
  duration.inSeconds(run.heartbeat_at, datetime()).seconds AS idle, request.answer AS answer
