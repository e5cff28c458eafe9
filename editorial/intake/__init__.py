"""What is handed in: the unchanged original with its number, its receipt and, in the end, a decision with a reason."""
