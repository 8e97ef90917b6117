"""What operators do: check, train, run. Each module is also a command (see `make help`)."""
