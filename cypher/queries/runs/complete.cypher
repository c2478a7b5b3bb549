// Close a run: from here on it is the result of its period and plan, and the ones before it are superseded, or spared where
// a what-if is compared with them,
// unless a commit rests on one of them: then there is no row, and it stays under way. The texts of the rules that it used are kept, once for all runs that use the same ones.
//
// mode:    read-write
// params:  run: INTEGER, facts: MAP, rules_hash: STRING, names: LIST<STRING>, texts: LIST<STRING>
// returns: run: MAP, totals: LIST<MAP>

MERGE (rules:Rules {hash: $rules_hash})
ON CREATE SET rules.names = $names, rules.texts = $texts
WITH rules
MATCH (run:Run {number: $run})
WHERE NOT EXISTS {
  MATCH (older:Run {period: run.period, plan: run.plan, state: 'complete'})
  WHERE older.closed_by IS NOT NULL
}
SET run.state = 'complete', run.finished_at = datetime(), run += $facts
WITH run
CALL (run) {
  OPTIONAL MATCH (older:Run {period: run.period, plan: run.plan, state: 'complete'})
  WHERE older.number < run.number
  SET older.state = CASE WHEN EXISTS {
    MATCH (compared:Run {state: 'what_if'}) WHERE compared.base = older.number
  } THEN 'spared' ELSE 'superseded' END
}
RETURN run {.*} AS run, COLLECT {
  MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
  RETURN total {.*} AS facts
  ORDER BY total.position
} AS totals
