"""What a company shows of its plan: whether pay comes from sales, and what everybody who took part earned.

    range       the periods and runs that stand for a range of days
    origins     what was sold for each bonus's pay, and pay behind which there is no sale
    compliance  the compliance report of one run
    income      the income disclosure of a range
    spread      counts, nearest-rank percentiles and means of a group, and groups too small to be shown
    documents   an income disclosure as JSON and CSV;  page  the same as a page to print

In: finished runs and the orders that they knew, which never change. Out: the same figures a year later.
Commands and API import it.
"""
