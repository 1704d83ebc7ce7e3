"""What the clock makes us do."""
