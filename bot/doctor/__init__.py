"""`replyby doctor`: is this installation well? One file a subject; each check finds, and mends nothing."""
