"""Who decides whether an article is published: the route (routes.py), stages and opinions (stages.py), the sign-off
(sign_offs.py)."""
