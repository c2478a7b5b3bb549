"""Plan files: TOML in, a checked `Plan` out, and remarks on plans that pay too much or never.

The plans that ship with Upline are here too (*.toml). From here on figures are exact integers: hundredths of
volume, minor units of money, millionths of rates. Everything that computes or explains takes a `Plan`.
"""
