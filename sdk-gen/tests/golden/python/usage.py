"""Uses the odd package as a typed program would: `mypy --strict` must take the first part and refuse the second."""

from __future__ import annotations

from typing import List

import pydantic
from odd_things import NOT_GIVEN, AsyncClient, Client, Page, RawResponse, models
from typing_extensions import TypedDict


class Plan(pydantic.BaseModel):
    plan: str


class Seats(TypedDict):
    seats: int


def accepted(client: Client) -> None:
    page: Page[models.Thing] = client.things.list(limit=2, where={"size": 1, "tags": ["a"]}, ids=[1, 2])
    names: List[str] = [thing.name for thing in page]
    raw: RawResponse[models.ListThingsResponse] = client.things.with_raw_response.list(limit=2)
    raw.parse().data[0].color.upper()
    maybe: models.Thing | None = client.things.create(
        dry_run=True,
        name="x",
        color="a colour of tomorrow",
        maybe=None,
        parent={"name": "y", "color": "red", "maybe": {"name": "z"}},
        price={"amount": 1, "net": True},
    )
    client.class_.list(from_="2026-01-01T00:00:00Z", str="s", date="2026-01-01", model_config="m", kind_of_2="a")
    client.class_.models_(body=[{"kind": "cat", "lives": 9}, models.Dog(kind="dog")])
    plan: str = client.boxes.create(id="b", metadata=Plan(plan="pro")).metadata_as(Plan).plan
    kept: Seats = {"seats": 5}
    seats: List[int] = [box.metadata_as(Seats)["seats"] for box in client.boxes.list()]
    filled = client.boxes.fill(labels={"color": "red"}, metadata=kept)
    colors: dict[str, str] = filled.labels_as(dict[str, str])
    client.boxes.fill(labels={}, metadata=None)
    del names, maybe, NOT_GIVEN, plan, seats, colors


async def accepted_async(client: AsyncClient) -> None:
    names: List[str] = [thing.name async for thing in client.things.list()]
    download = await client.things.download_file("a")
    await download.save("file")
    del names


def refused(client: Client) -> None:
    client.things.create(dry_run="yes", name="x", color="red", maybe=None)  # type: ignore[arg-type]
    client.things.create(name="x", color="red", maybe=None)  # type: ignore[call-arg]
    client.things.list(limi=2)  # type: ignore[call-arg]
    box = client.boxes.create(id="b", metadata="pro")  # type: ignore[arg-type]
    box.metadata_as(Plan).seats  # type: ignore[attr-defined]
    box.metadata_as(Seats)["plan"]  # type: ignore[typeddict-item]
    wrong: int = box.metadata_as(Plan).plan  # type: ignore[assignment]
    del wrong
    client.things.create(dry_run=True, name=None, color="red", maybe=None)  # type: ignore[arg-type]
