"""A client of Tincan that was written from PROTOCOL.md alone."""
