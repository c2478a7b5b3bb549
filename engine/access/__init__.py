"""Who may read what: the viewer, the roles, and how far a reader reaches.

    viewer   who asks: subject, role, member
    areas    the one table: which role reads which area of data, and of whom
    policy   what the company lets members see; policy_file reads it from TOML
    reach    what a viewer may read, as parameters of statements
    pieces   the conditions of statements that those parameters answer

In: a token's viewer and the company's policy. Out: a Reach, which every function of answers and explain
takes. It decides nothing about identity (the API does) and reads nothing but the viewer's own place in a run.
"""
