"""tongdan carriers: who takes the parcels, where to and for how much."""

from typing import Annotated, Any
from urllib.parse import quote as quoted

import typer

from infra.cli import paging, tariffs
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.importing import cells
from infra.cli.importing.cells import Unread
from infra.cli.moments import local
from infra.cli.output import Output, Row, yuan
from infra.cli.pairs import pairs
from infra.cli.session import Session
from infra.cli.several import several

LIST = "/v1/carriers"
COLUMNS = ("id", "name", "cod", "zones", "suspensions", "active")
FIELDS = ("id", "name", "cod", "divisor", "most_weight", "remote", "unreached", "active")
STOPS = ("area", "begins", "ends", "note")
QUOTES = ("warehouse", "carrier", "fee", "days", "refused", "note")

Id = Annotated[str, typer.Argument(help="Short id, as on parcels. 快递编号")]
Area = Annotated[str, typer.Option(help="E.g. 新疆 or 浙江/杭州; all if not given. 地区")]


def register(app: typer.Typer) -> None:
    commands = group(app, "carriers", "Carriers and what they take. 快递和运价")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    command(commands, "show")(show)
    command(commands, "delete")(delete)
    tariffs.register(commands)
    command(commands, "suspend")(suspend)
    command(commands, "resume")(resume)
    command(commands, "quote")(quote)


def create(
    session: Session,
    carrier_id: Id,
    *,
    name: Annotated[str, typer.Option(help="Name. 名称")] = "",
    cod: Annotated[bool, typer.Option("--cod/--no-cod", help="Collects money. 代收货款")] = True,
    divisor: Annotated[int, typer.Option(min=0, help="cm3 a kilogram. 体积重除数")] = 0,
    remote: Annotated[
        list[str] | None, typer.Option(help="AREA=YUAN more; repeat. 偏远加收，地区=元")
    ] = None,
    unreached: Annotated[
        list[str] | None, typer.Option(help="Area that it does not reach; repeat. 不到的地区")
    ] = None,
    most_weight: Annotated[int, typer.Option(min=0, help="Grams a parcel. 最重克数")] = 0,
) -> None:
    """Make a carrier; its tariff comes with import. 新建快递"""
    made = session.api.post(
        LIST,
        {
            "id": carrier_id,
            "name": name or carrier_id,
            "cod": cod,
            "divisor": divisor,
            "remote": {area: _fen(fee) for area, fee in pairs(remote or []).items()},
            "unreached": unreached or [],
            "most_weight": most_weight,
        },
    )
    session.out.show(made, lambda: session.out.fields(_eased(made), FIELDS))


def list_(session: Session) -> None:
    """List the carriers. 快递列表"""
    paging.whole(session, LIST, "carriers", _listed)


def show(session: Session, carrier_id: Id) -> None:
    """Show a carrier with its tariff. 查看快递和运价"""
    _show(session, session.api.get(_path(carrier_id)))


def delete(
    session: Session,
    carriers: Annotated[list[str], typer.Argument(help="Carriers. 快递编号")],
) -> None:
    """Take carriers away that nothing uses. 删除快递"""
    several(session, carriers, lambda name: session.api.delete(_path(name)))


def suspend(
    session: Session,
    carrier_id: Id,
    *,
    area: Area = "",
    since: Annotated[str, typer.Option("--from", help="RFC 3339; now. 开始时间")] = "",
    until: Annotated[str, typer.Option("--to", help="RFC 3339; until resumed. 结束时间")] = "",
    note: Annotated[str, typer.Option(help="Why. 原因")] = "",
) -> None:
    """Send nothing with it to an area, or anywhere. 停发"""
    body = {"area": area, "from": since, "to": until, "note": note}
    _show(session, session.api.post(f"{_path(carrier_id)}/suspend", body))


def resume(session: Session, carrier_id: Id, *, area: Area = "") -> None:
    """Send things with it again. 恢复"""
    body = {"area": area} if area else {}
    _show(session, session.api.post(f"{_path(carrier_id)}/resume", body))


def quote(
    session: Session,
    province: Annotated[str, typer.Argument(help="Where to. 省")],
    city: Annotated[str, typer.Argument(help="City. 市")] = "",
    district: Annotated[str, typer.Argument(help="District. 区")] = "",
    *,
    grams: Annotated[int, typer.Option(min=0, help="Weight. 克")] = 1000,
    volume: Annotated[int, typer.Option(min=0, help="Cubic centimetres. 立方厘米")] = 0,
    warehouse: Annotated[str, typer.Option(help="From there only. 只从此仓")] = "",
    cod: Annotated[bool, typer.Option("--cod", help="Cash on delivery. 货到付款")] = False,
) -> None:
    """Ask what each carrier takes, or why it takes nothing. 试算运费"""
    where = {"province": province, "city": city, "district": district, "warehouse": warehouse}
    asked = {**where, "grams": grams, "volume": volume, "cod": cod}
    found = session.api.post("/v1/freight-quotes", asked)
    session.out.show(found, lambda: _quotes(session, found["quotes"]))


def _show(session: Session, carrier: Row) -> None:
    session.out.show(carrier, lambda: _whole(session.out, carrier))


def _whole(out: Output, carrier: Row) -> Any:
    from rich.console import Group

    parts = [out.fields(_eased(carrier), FIELDS)]
    if carrier["suspensions"]:
        stops = [
            {**s, "begins": _when(s["from"]), "ends": _when(s["to"])}
            for s in carrier["suspensions"]
        ]
        parts += ["", out.table(stops, STOPS)]  # type: ignore[list-item]
    if carrier["zones"]:
        rows = tariffs.rows(carrier)
        parts += ["", out.table(rows, list(rows[0]))]  # type: ignore[list-item]
    return Group(*parts)


def _listed(out: Output, carriers: list[Row]) -> Any:
    counts = ("zones", "suspensions")
    rows = [{**each, **{name: len(each[name]) for name in counts}} for each in carriers]
    return out.table(rows, COLUMNS)


def _quotes(session: Session, quotes: list[Row]) -> Any:
    lang = session.words.lang.value
    rows = []
    for each in quotes:
        refused = each["refused"] or {}
        fee = _fee(session, each)
        told = {"fee": fee, "days": each["days"] or "", "refused": refused.get(lang, "")}
        rows.append({**each, **told, "note": refused.get("note", "")})
    return session.out.table(rows, QUOTES)


def _eased(carrier: Row) -> Row:
    remote = [f"{area} {yuan(fee)}" for area, fee in carrier["remote"].items()]
    return {**carrier, "remote": remote}


def _fee(session: Session, quote: Row) -> str:
    if quote["fen"] is not None:
        return yuan(quote["fen"])
    return "" if quote["refused"] else session.words("not-known")


def _when(moment: str) -> str:
    return local(moment) if moment else ""


def _fen(text: str) -> int:
    try:
        return cells.yuan(text)
    except Unread as error:
        raise Stop(Exit.USAGE, error.code) from None


def _path(carrier_id: str) -> str:
    return f"{LIST}/{quoted(carrier_id, safe='')}"
