"""The main job, shown: an invented issuer and client, driven through the same pages and commands a user has.

Everything in it is invented and says so; it works on a database of its own.
"""
