"""Every read of a result: standings, statements, lines, rank cards, compressed trees, downlines, exports.

In: a complete run and member ids. Out: typed facts, figures as integers with their unit in the name.
Command line, API, exports and explanations all read through this package.
"""
