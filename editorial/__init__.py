"""Decisions and records, in the order of a story's way. A room knows only the rooms the story has already passed.

ground       base, errors, clock, vault (encrypted columns), crash (fault injection), audit, house, outbox
people       who they are, what they may do
notices      telling a person something
groups       the tree of groups, their stewards and connectors;  accounts: the official accounts
             canaries: how WeChat kept one fixed draft, day by day
             pauses, contacts, calls: whether an account is spoken to, its push reaches us, its daily limits last
members      who belongs to a group: admission, invitations, the role sheet
intake       submissions: the unchanged original, its number, its receipt, its decision
circles      writing circles: rounds, pieces, peer comments
articles     the edited work: workflow, revisions, assets, search
review       routes, stages and opinions, the sign-off
calendar     editions and their slots
release      what goes to the official account
share_back   tracked links, clicks, shares into the groups
story_calls  calls for stories: to groups, until a deadline, and what came of them
measuring    the trail of one article, the figures of all
departures   what somebody who leaves passes on;  life_cycle: how a group fares
"""
