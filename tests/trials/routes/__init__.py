"""Random ways through review: random routes, people and acts, and an oracle that reads only rows (promises P1, P2, P6)."""
