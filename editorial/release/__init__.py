"""What goes to the official account: scheduling as a promise with a date, and recording what the platform did."""
