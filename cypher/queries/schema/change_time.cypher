// The last change that was complete at an instant is found without the others.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX change_time IF NOT EXISTS FOR (change:Change) ON (change.finished_at)
