"""People: accounts with roles, signatures that say what they mean, corrections and attempts that name their reason.

    add_user(store, NewUser("aweber", "Anna Weber", {"operator"}, password), by=administrator)
    sign(store, folder, Credentials("aweber", password), "performed")

What a person states about a record (a signature, a correction, a replaced attempt) is a *statement*: it is kept in the
store, and as a file beside the record, because nothing may be added to a sealed one. Statements of a record are chained
and name its hash, so they stay on the version that they were made for.

This supports work under 21 CFR Part 11 (11.10, 11.50, 11.70, 11.100 to 11.300). Who may have an account, training, and
what a signature obliges to, are the laboratory's procedures; no program has them.
"""
