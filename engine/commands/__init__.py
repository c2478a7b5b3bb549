"""The command line, one module per group of commands; each is a thin wrapper over a library function."""
