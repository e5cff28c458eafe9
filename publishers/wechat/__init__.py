"""The official account (公众号).

client.py     the calls; the only importer of wechatpy
tokens.py     the access token, shared by all processes
codes/        what each of the platform's codes means, as tables, and who is told
errors.py     errors, missing answers and failed results, folded into our words
limits.py     what the platform takes
traces.py     what a delivery leaves behind, by which it is known again
pictures.py   uploads and their addresses
readback.py   was the draft kept as it was sent?
draft.py release.py mass.py manual.py    one connector for each purpose
rights.py     what the account may do
figures.py    its figures;  comments.py   what readers write under its articles
envelope.py xml.py    the platform's pushes: proof, opening, sealing
inbound.py messages.py replies.py    what they say, what followers send, what is answered at once
"""
