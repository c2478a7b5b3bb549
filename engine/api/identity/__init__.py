"""Who asks: tokens, the keys that they are signed with, and the viewer behind one.

    configuration  how the company's tokens are made: the table [identity] of the access file, and settings
    keys           the key that a token is checked with: a secret, a public key, or keys of an address
    tokens         a token checked; the claims that name role and member
    development    tokens of this machine, for trying things out without any configuration
    identity       all of it: from a token to a Reach

In: a token. Out: a Reach, or a refusal that says no more than expired or not valid.
The transport (`http/identity.py`) and subscriptions ask it; `upline token` makes tokens of this machine.
"""
