"""What every generated SDK carries. Written by hand; copied whole; its public names are re-exported by the package.

A generated method hands an `Operation` (what the contract says) and `Arguments` (what the caller said) to a resource;
`core` prepares the request, `plan` is the way of the call, and the two clients carry the plan out. Nothing here knows
any one API: what differs between APIs is in `Contract` and `Operation`.

To add a behaviour, put the decision into a module without I/O (`retry`, `keeper`, `plan`), test it against the fake
server in `tests`, and name a new file in sdk-gen's `targets/python/runtime.rs`.
"""
