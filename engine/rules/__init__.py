"""What a `.cypher` rule must say.

    header    header fields, each with its line
    columns   the columns of a rule that is one RETURN clause
    contract  what a rule of each kind must say, and must not do
    module    a rule as it was loaded and checked
    kept      the rules of a run as they were, kept with it
    library   all rules: the engine's, those of installed packages, a company's

In: rule files. Out: checked `Module`s.
Plans name rules, the composition puts them into statements. Nothing here asks a server.
"""
