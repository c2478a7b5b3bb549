"""Limits on requests, each with its reason. docs/api/limits.md shows clients those that they meet."""

MOST_BODY_BYTES = 64 * 1024
"""Bytes of a request body. GraphiQL's introspection query has 2 kB, a screen's query with variables 5 kB."""
MOST_TOKENS = 2_000
"""Tokens of one query. Parsing more could be an attack: 50,000 tokens take 2 s of one core."""
MOST_DEPTH = 16
"""Levels of nested fields. Each level can take a query of its own; a screen has about eight."""
MOST_SHAPE_DEPTH = 32
"""The same in introspection, whose tools follow types of types of types."""
MOST_NESTING = 64
"""Levels of braces and fragments, with those that hold no field."""
MOST_FIELDS = 5_000
"""Fields that a query selects, each fragment counted where it is used: the length of the walk that prices."""
MOST_ALIASES = 200
"""Fields under another name: 20 cards of a screen with ten fields each."""
MOST_FRAGMENTS = 100
"""Fragments of one query: validation compares them pair by pair."""
MOST_REPEATS = 20_000
"""Pairs of fields with one place in the answer: validation compares them, 600 in a millisecond."""
MOST_ERRORS = 10
"""Errors in one query that are reported; nobody corrects more at once."""
CHECK_SECONDS = 0.25
"""Seconds of a core for the validation of one query; a screen's takes 0.01."""
MOST_COST = 20_000
"""What one answer may cost: a page of 200 standings with 20 values costs 4,200."""
PAGE = 20
"""Default number of nodes of a page: one screen."""
MOST_PAGE = 200
"""Most nodes of one page: several screens. `upline export` writes a whole run."""
REQUEST_SECONDS = 10
"""Seconds of one request, with its queries: nobody waits longer in front of an empty screen."""
MOST_RUNS_OF_DAY = 50
"""Runs to search for the one that counted an order: those of periods and plans around one day."""
THREADS = 16
"""Queries in parallel: the driver keeps 100 connections, and a small Neo4j serves about this many well."""
MOST_CACHED_QUERIES = 256
"""Checked query texts to keep: a front end has a few dozen, each at most about a megabyte."""
HEALTH_SECONDS = 3
"""Seconds after which a database that does not answer counts as down."""
