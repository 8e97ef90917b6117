"""HTTP for residents and staff: who may, how much, how often; requests in, replies and errors out.

Touch it to change the interface (docs/api.md), the pages' data, or a limit; what is answered is decided elsewhere.
"""
