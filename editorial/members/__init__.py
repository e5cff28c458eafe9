"""Who belongs to a group: how one comes in, and goes.

role_sheet.py          steward, deputy, correspondent, moderator: their duties, and who stands in for them
rules.py               what a group asks of whoever wants to join
memberships.py         who belongs to it since when, through whom, and how it ended
invitations.py         links with a limit and an end, and who came through whom
admission_requests.py  joining at once, or asking with answers and evidence; the decision
"""
