"""The command `upline`: assembles the groups of engine/commands."""


def main() -> None:
    """Run the command line."""
