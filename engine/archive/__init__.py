"""The archive of a committed run: its result tables as Parquet, with a hash of their content.

    tables      what is archived of a run, and in which columns
    sorting     rows in the order of their keys, in bounded memory
    content     the canonical form: hashes of blocks, of tables, and of all of it
    manifest    the manifest: what an archive says of itself
    measuring   the tables of a run, read from the store block by block
    writing     an archive is written, with its commit or later
    commits     what commits record of their archives, and archives that are written later
    files       an archive that somebody kept, against its manifest
    verifying   a run in the store, against what was archived when it was committed

In: a committed run, or a folder. Out: files with a manifest, or what differs, by table and row.
docs/archive.md has the form for those who check it without Upline. Commits, commands and API import it.
"""
