"""What is known to fail, and why. Empty when everything that the documentation promises is true."""

from tests.soak.script import Fault, Kind

Known = dict[tuple[Fault | str, Kind], str]

KNOWN: Known = {}
"""By fault and kind of command; 'none' is what fails without any fault."""
