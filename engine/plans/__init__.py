"""Plan files: TOML in, a checked `Plan` out, and remarks on what a plan may not mean.

The plans that ship lie here too (*.toml). Figures are exact integers from here on: hundredths of volume,
minor units of money, millionths of rates. Everything that computes or explains takes a `Plan`.
"""
