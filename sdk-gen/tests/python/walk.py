"""Calls every method of a generated package, blocking and asynchronous, and holds the requests against the document.

    walk.py DOCUMENT PACKAGE_FOLDER

Each operation of the document must be reached, each request must be one of its operations, with no parameter and no
media type that the document does not have. The answers are the document's own examples, which must come back as they
went, or `{}` where it has none: reading them must not raise.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import pkgutil
import re
import sys
import time
import typing
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import examples
import httpx
import values
import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Contract:
    """What the document says, read without sdk-gen."""

    def __init__(self, path: Path) -> None:
        text = path.read_text("utf-8")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.document = json.loads(text) if path.suffix == ".json" else yaml.load(text, loader)
        self.operations: dict[tuple[str, str], dict[str, Any]] = {}
        for template, item in self.document.get("paths", {}).items():
            item = self.resolve(item)
            for method in METHODS:
                if method in item:
                    operation = dict(item[method])
                    shared = item.get("parameters") or []
                    operation["parameters"] = [
                        self.resolve(one) for one in [*shared, *(operation.get("parameters") or [])]
                    ]
                    self.operations[(method.upper(), template)] = operation
        self.patterns = sorted(
            ((method, template, pattern(template)) for method, template in self.operations),
            key=lambda entry: -len(re.sub(r"\{[^{}]+\}", "", entry[1])),
        )

    def resolve(self, value: Any) -> Any:
        while isinstance(value, dict) and isinstance(value.get("$ref"), str) and value["$ref"].startswith("#/"):
            found: Any = self.document
            for part in value["$ref"][2:].split("/"):
                found = found[unquote(part).replace("~1", "/").replace("~0", "~")]
            value = found
        return value

    def match(self, method: str, path: str) -> list[tuple[str, str]]:
        """The operations that a request may be: several where templates differ only in names or after a `#`."""
        found = [
            (template, regex) for known, template, regex in self.patterns if known == method and regex.fullmatch(path)
        ]
        return [(method, template) for template, regex in found if regex.pattern == found[0][1].pattern]

    def faults(self, key: tuple[str, str], request: httpx.Request) -> list[str]:
        operation = self.operations[key]
        parameters = [one for one in operation["parameters"] if isinstance(one, dict)]
        allowed = {(one.get("in"), one.get("name")) for one in parameters}
        found = []
        exploded = any(self.explodes(one) for one in parameters)
        for name, _ in parse_qsl(request.url.query.decode(), keep_blank_values=True):
            base = name.split("[")[0]
            if not exploded and ("query", name) not in allowed and ("query", base) not in allowed:
                found.append(f"sends the query parameter {name}")
        body = self.resolve(operation.get("requestBody"))
        media = request.headers.get("content-type", "").split(";")[0]
        if media and not isinstance(body, dict):
            found.append(f"sends {media}, where there is no body")
        elif media and not any(accepts(one, media) for one in body.get("content", {})):
            found.append(f"sends {media}, not one of {list(body.get('content', {}))}")
        elif not media and isinstance(body, dict) and body.get("required"):
            found.append("sends no body")
        return found

    def explodes(self, parameter: dict[str, Any]) -> bool:
        """An object in form style: its fields are parameters of their own."""
        plain = parameter.get("in") == "query" and parameter.get("style", "form") == "form"
        return (
            plain
            and parameter.get("explode", True)
            and "content" not in parameter
            and "$ref" in str(parameter.get("schema"))
            or "object" in str(parameter.get("schema"))
        )


def path_of(request: httpx.Request) -> str:
    """The path below the base address, as it was sent."""
    return request.url.raw_path.decode().split("?")[0].removeprefix("/base")


def accepts(known: str, media: str) -> bool:
    known = known.split(";")[0].strip().lower()
    return known == media.lower() or "*" in known


def pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^{}]+\}", template.split("?")[0].split("#")[0])
    return re.compile("[^/]*?".join(re.escape(part) for part in parts))


class Walk:
    """One package, one client."""

    def __init__(self, contract: Contract, package: Any) -> None:
        self.contract = contract
        self.package = package
        self.reached: set[tuple[str, str]] = set()
        self.faults: list[str] = []
        self.calls = 0
        self.last: list[httpx.Request] = []
        self.example: Any = None
        self.compared = 0
        self.write = importlib.import_module(f"{package.__name__}._runtime.writing").write

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.last.append(request)
        keys = self.contract.match(request.method, path_of(request))
        found = examples.of(self.contract.operations[keys[0]], self.contract.resolve) if len(keys) == 1 else None
        self.example = found[1] if found else None
        status, body = found if found else (200, {})
        return httpx.Response(status, json=body, request=request)

    def compare(self, where: str, found: Any) -> None:
        """The example as the package gives it back."""
        if self.example is None or hasattr(found, "response"):
            return
        body = found.body if hasattr(found, "has_next_page") else found
        self.compared += 1
        self.faults += [f"{where}: {fault}" for fault in examples.differences(self.example, self.write(body))]

    async def answer_async(self, request: httpx.Request) -> httpx.Response:
        return self.answer(request)

    def check(self, where: str) -> None:
        self.calls += 1
        if not self.last:
            self.faults.append(f"{where}: sends nothing")
        for request in self.last:
            path = path_of(request)
            keys = self.contract.match(request.method, path) or self.contract.match(request.method, unquote(path))
            if not keys:
                self.faults.append(f"{where}: {request.method} {path} is no operation")
                continue
            self.reached.update(keys)
            faults = min((self.contract.faults(key, request) for key in keys), key=len)
            self.faults += [f"{where}: {request.method} {path} {fault}" for fault in faults]
        self.last = []

    def run(self) -> None:
        with httpx.Client(transport=httpx.MockTransport(self.answer)) as http:
            client = self.package.Client(base_url="http://host/base", http_client=http, max_retries=0)
            for where, method in methods(client):
                try:
                    positional, named = values.arguments(method)
                    found = method(*positional, **named)
                    if hasattr(found, "read") and hasattr(found, "close"):
                        found.read()
                    self.compare(where, found)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                    self.faults.append(f"{where}: {type(error).__name__}: {error}")
                self.check(where)

    async def run_async(self) -> None:
        transport = httpx.MockTransport(self.answer_async)
        async with httpx.AsyncClient(transport=transport) as http:
            client = self.package.AsyncClient(base_url="http://host/base", http_client=http, max_retries=0)
            for where, method in methods(client):
                try:
                    positional, named = values.arguments(method)
                    self.compare(f"async {where}", await method(*positional, **named))
                except Exception as error:  # noqa: BLE001
                    self.faults.append(f"async {where}: {type(error).__name__}: {error}")
                self.check(f"async {where}")


def methods(client: Any) -> typing.Iterator[tuple[str, Any]]:
    kind = type(client)
    for attribute in dir(kind):
        if type(inspect.getattr_static(kind, attribute)).__name__ == "cached_property":
            resource = getattr(client, attribute)
            for name, function in vars(type(resource)).items():
                if inspect.isfunction(function):
                    yield f"{attribute}.{name}", getattr(resource, name)


def import_everything(package: Any) -> float:
    """Seconds until a client stands, having imported nothing else; then all the rest is imported and built."""
    start = time.perf_counter()
    package.Client(base_url="http://host")
    taken = time.perf_counter() - start
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
    for export in package.__all__:
        getattr(package, export)
    sys.setrecursionlimit(20_000)
    for export in package.models.__all__:
        kind = getattr(package.models, export)
        if hasattr(kind, "model_rebuild"):
            kind.model_rebuild(force=True)
    return taken


def main() -> int:
    warnings.simplefilter("error")
    document, folder = Path(sys.argv[1]), Path(sys.argv[2])
    name = next(entry.name for entry in (folder / "src").iterdir() if (entry / "py.typed").exists())
    sys.path.insert(0, str(folder / "src"))
    start = time.perf_counter()
    package = importlib.import_module(name)
    imported = time.perf_counter() - start
    ready = import_everything(package)
    walk = Walk(Contract(document), package)
    walk.run()
    asyncio.run(walk.run_async())
    missing = set(walk.contract.operations) - walk.reached
    for fault in [*walk.faults, *(f"{method} {path} is never called" for method, path in sorted(missing))]:
        print(f"{document.name}: {fault}")
    told = f"{len(walk.reached)} of {len(walk.contract.operations)} operations, {walk.calls} calls, {walk.compared} examples"
    print(f"{document.name}: {told}; import {imported:.3f} s, client {ready:.3f} s")
    return 1 if walk.faults or missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
