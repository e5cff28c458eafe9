"""WeCom: the robot of an internal group. Robots cannot stand in groups with outsiders."""
