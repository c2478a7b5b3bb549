"""What a `.cypher` rule must say, and what it may do.

    header            header fields, each with its line
    columns           the columns of a rule that is one RETURN clause
    functions         what no rule may call: a rule is a function
    nodes, reads      where a rule may go, and the names that it may read
    contract          what a rule of each kind must say
    kept              the rules of a run as they were, kept with it
    returned          what placement rules, checks and reports return, and values of other types
    module, library   a rule as it was loaded and checked, and all rules that there are

In: rule files. Out: checked `Module`s.
Plans name rules, the composition puts them into statements. Nothing here asks a server.
"""
