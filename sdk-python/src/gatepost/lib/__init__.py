"""By hand, and never touched by generation: what helps on the other side of a call.

`gatepost.lib.guard` lets an ASGI application (Starlette, FastAPI) take callers' keys; `gatepost.lib.verifier` checks
signed keys without asking Gatepost about each (`pip install 'gatepost[verify]'`).
"""
