"""What a `.cypher` rule must say: its header, its kind, its columns, and what it must not do.

In: the files of cypher/rules, of installed packages and of a company. Out: checked `Module`s.
Plans name rules, the composition puts them into statements. Nothing here talks to a server.
"""
