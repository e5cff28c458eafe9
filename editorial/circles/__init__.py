"""Writing circles (写作圈): members who write in a fixed rhythm and comment on each other's pieces. No money, no points.

rhythm.py     when rounds open, are due and close: pure functions of start, rhythm and pauses
standings.py  what the clock says of a piece, a duty, a row of misses: pure as well
drawing.py    who comments on whom: pure
circles.py    the circle with its rule, and its holiday pauses
members.py    joining, leaving, coming back, a round off
hand_ins.py   the piece of a round, by link or as a submission of one's own
comments.py   comment duties and the peer comments
rosters.py    what pages show: one round, or all that one person owes
watch.py      what happens by the clock: duties are drawn, the rule is applied, members are reminded
"""
