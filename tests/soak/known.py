"""What is known to fail, and why. Empty when everything that the documentation promises is true."""

from tests.soak.script import Fault, Kind

Known = dict[tuple[Fault | str, Kind], str]

KNOWN: Known = {
    ("interrupt", "stop"): "an interrupted stop goes on, and the next start calls the stopped server crashed",
}
"""By fault and kind of command; 'none' is what fails without any fault."""
