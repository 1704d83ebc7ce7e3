"""The doors, the voices, and the wiring."""
