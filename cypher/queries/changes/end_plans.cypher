// End what was planned of facts: it holds from now on, and is kept as what the facts were before; or it is believed no longer.
//
// mode:    write
// params:  turned: LIST<STRING>, withdrawn: LIST<STRING>, number: INTEGER
// returns: none

MATCH (plan:Planned)
WHERE elementId(plan) IN $turned OR elementId(plan) IN $withdrawn
FOREACH (_ IN CASE WHEN elementId(plan) IN $withdrawn THEN [1] ELSE [] END | SET plan.withdrawn_no = $number)
FOREACH (_ IN CASE WHEN elementId(plan) IN $turned THEN [1] ELSE [] END | DETACH DELETE plan)
