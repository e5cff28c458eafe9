"""A receiver of the company's own, told by POST in the form of Standard Webhooks.

signing.py    secrets and signatures
endpoint.py   the connector: what is sent, what the receiver's status means
"""
