"""What Slack and Teams want to know of the app before it is installed, printed or packed for upload."""
