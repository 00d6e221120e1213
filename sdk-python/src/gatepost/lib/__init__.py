"""By hand, and never touched by generation: what helps on the other side of a call.

`gatepost.lib.guard` lets an ASGI application (Starlette, FastAPI) take callers' keys.
"""
