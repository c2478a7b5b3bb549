"""Plan files: TOML in, a checked `Plan` out.

    plan                                     the plan as everything else sees it
    reader                                   the way in: reads a file, or the text that a run has kept
    text, table                              the file, the line of every key, its tables key by key
    values, quantities, figures              written values as exact numbers, by rank or by a figure
    requirements, bonuses, overlays, climbs  the parts of a plan that rules belong to
    cross_checks, remarks                    what no plan can have, and what a plan may not mean
    shown, words                             a plan as a page for people, its values in their units
    kept                                     a plan as data, which a committed run keeps

In: a plan file and the rules. Out: a `Plan`, refusals with path and line, remarks, or a page.
The plans that ship lie here (*.toml). Everything that computes or explains takes a `Plan`.
"""
