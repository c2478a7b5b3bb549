"""What clients follow: a run, live volumes of a member, changes in a group.

    root      the type Subscription
    topics    what a subscriber follows, and its events
    mailbox   the newest event of one subscriber
    follower  looks at the store once for all subscribers of a process

In: a subscription of a viewer. Out: events, until one side ends it. The schema imports root, the web socket
(engine/api/http/sockets.py) runs it.
"""
