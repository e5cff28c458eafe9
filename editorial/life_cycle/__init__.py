"""How a group fares: its stage of life and its flags, from what can be observed through us and nothing else.

stages.py     facts to stage, with the three that led to it;  facts.py  the facts of all groups in a few questions
standings.py  what was found last, what a person said instead, the review after 80 days;  watch.py  once a day
playbook.py   what helps in each stage;  tasks.py  what was proposed when the stage changed, and who has taken it on
"""
