"""Trials by fire: real worker and web processes killed at every named step, against platforms that misbehave.

`python -m tests.trials --trials 200 --database sqlite --no-redis --seed 1` runs many and prints the counts;
tests/journeys/test_faults.py runs every named step once on each database.

nursery.py    starts real commands by fork, so that a start takes no time
world.py      a house with editions that are due, copied for each trial
plans.py      what shall go wrong: crash points, platform faults, random kills, a bad Redis
trial.py      one trial: break it as planned, let a clean worker finish, look what the world saw
checker.py    what the platforms' effect log and the database say when laid side by side
"""
