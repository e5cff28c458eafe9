"""What became of it: the trail of one article (trail.py), and what WeChat tells of it.

messages.py    under which number WeChat keeps a published article
figures.py     WeChat's figures by day;  questions.py  which are asked for again when;  rounds.py  one morning's questions
comments.py    what readers wrote under it;  afterwards.py  corrections, take-downs
"""
