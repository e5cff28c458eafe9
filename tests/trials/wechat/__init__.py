"""The official account under fire, in one process and under a clock that is moved: thousands of runs in minutes.

`python -m tests.trials.wechat --runs 10000` draws what goes wrong from the run's number and prints the counts;
`--from N --runs 1 --verbose` replays run N. Nothing of ours is replaced: worker, callback pages, client and line are
the real ones. Taken from the machine are the wire (HTTP ends in a simulated platform in memory), the clock, and death
(where a trial would kill the process, everything unsaved is lost and a new worker begins).

fates.py   what goes wrong in run N
wire.py    HTTP to the platform in memory: answers lost before and after the effect, cut, late, never
house.py   a house with one edition of each mode and size, put back for every run
run.py     one run: the platform's clockwork, callbacks, workers, a person; until nothing moves
verdict.py what the world saw beside what the database says; series.py the sum of many runs
"""
