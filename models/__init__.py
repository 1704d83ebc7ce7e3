"""What is true: the tables, the calendar, the standards and the reckoning of deadlines."""
