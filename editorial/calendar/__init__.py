"""What goes out together and when: editions and their place in time."""
