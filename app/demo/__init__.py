"""The demo company: what a first start shows, made with the real verbs and the real publisher against the sandbox.

material.py   what stands in company.json and articles/     agenda.py   steps in the order of their instants
company.py    people, groups and accounts                   visits.py   clicks of tracked links
stories.py    from hand-in to sign-off                      outings.py  from edition to group
seed.py       all of it into an empty database
"""
