"""Calls for stories (征稿): what an editor asks of groups until a deadline, what they hand in for it, what they are told after.

rows.py      the call, its groups, what was promised to each of them, what was handed in for it
messages.py  the promises: the call, a reminder, the summary, each once to each group
calls.py     opening, closing by hand or by the clock, finding
answers.py   the stories under a call, and how much of them others may know
"""
