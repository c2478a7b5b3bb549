"""Mappings: a company's own files, read as the tables of an import.

    mapping, reader   what a mapping says, and a mapping file with all its keys checked
    dates, values     dates, figures and words as a company writes them, turned into ours
    folder, filler    the files that a mapping reads, and one column filled from them
    source            the files of a folder, fed into tables by a mapping
    suggest           a mapping proposed for the files of a folder, from samples and synonyms
    ready             mappings for exports that are found in public

In: files, and a mapping file or the name of a ready one. Out: the same tables as without a mapping.
`engine/intake/load.py` and commands import it; every check after it is the ordinary one.
"""
