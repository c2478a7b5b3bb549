// Close an import: from now on it counts. `trees` says whether it touched more than orders and customers.
//
// mode:    write
// params:  number: INTEGER, one_tree: BOOLEAN, time_zone: STRING, trees: BOOLEAN
// returns: none

MATCH (load:Import {number: $number})
SET load.state = 'complete', load.finished_at = datetime(), load.trees = $trees
MERGE (company:Company {key: 'company'})
SET company.one_tree = $one_tree, company.time_zone = $time_zone, company.last_import = $number
