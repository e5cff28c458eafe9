"""How people come into the house and leave it.

ways.py             the ways of signing in beside the password: an OpenID provider, the company's application on a platform
identities.py       who a person is on such a way; nobody becomes somebody without proof
directories.py      the company's lists of people
author_requests.py  asking for the next step as an author, and the decision
moves.py            what a new look at such a list would change, and the change
"""
