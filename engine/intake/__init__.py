"""Company tables in, and out again.

    importing                      the way in: a folder of tables or rows, all or nothing
    mapping                        a company's own files, read as these tables
    files, rows, tables, columns   files, or rows of a program, to columns of text, and text to typed values
    members, moves, orders, facts  the checks of each table; of prospects, openings, outside earnings, too
    refunds, correcting            the checks of refunds, and which of them correct committed periods
    checked, load                  what is new, changed or as stored, for all tables together
    texts, legs                    what no text may be, identifiers that look alike; legs in one spelling
    refusals                       each refused row by name, file and line
    operations                     operations on people and trees, one row each, from a file or a program
    offline                        a large first load, by Neo4j's own import tool
    exporting, company_file        the way out: the same tables; what a folder says of the company as a whole

In: CSV or Parquet. Out: an `ImportReport`, or refusals; or a folder of tables.
Commands and `engine/compute.py` import it; genealogy/changes writes.
"""
