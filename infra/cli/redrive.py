"""tongdan redrive: give what landed in a dead-letter queue another chance."""

from typing import Annotated, Any

import typer

from infra.cli import moving, queues
from infra.cli.commands import command
from infra.cli.exits import Exit
from infra.cli.session import Session
from shared.domain.flow import QUEUES

ALL = 1_000_000_000


def register(app: typer.Typer) -> None:
    command(app, "redrive")(redrive)


def redrive(
    session: Session,
    queue: Annotated[str | None, typer.Argument(help=" | ".join(QUEUES) + ". 队列")] = None,
    most: Annotated[int, typer.Option("--max", min=1, help="At most so many. 最多条数")] = ALL,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count. 只计数")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show all queues. 列出队列")] = False,
) -> None:
    """Move dead letters back to their queue; needs the rights of an administrator. 死信重投"""
    with queues.opened() as sqs:
        if list_ or queue is None:
            _list(session, sqs)
        elif dry_run:
            _count(session, sqs, queues.known(queue), most)
        else:
            _move(session, sqs, queues.known(queue), most)


def _list(session: Session, sqs: Any) -> None:
    rows = [
        {
            "queue": name,
            "waiting": None if name == queues.STREAM else queues.depth(sqs, queues.url(name)),
            "dead": queues.depth(sqs, queues.dead(name)),
        }
        for name in (*QUEUES, queues.STREAM)
    ]
    session.out.show(
        {"queues": rows}, lambda: session.out.table(rows, ("queue", "waiting", "dead"))
    )


def _count(session: Session, sqs: Any, queue: str, most: int) -> None:
    waiting = min(queues.depth(sqs, queues.dead(queue)), most)
    session.out.show(
        {"queue": queue, "would_move": waiting},
        lambda: session.words("would-move", waiting=waiting),
    )


def _move(session: Session, sqs: Any, queue: str, most: int) -> None:
    result = moving.move(sqs, queues.dead(queue), queues.url(queue), most)
    document = {"queue": queue, "moved": result.moved, "failed": result.failed}
    session.out.show(
        document, lambda: session.words("moved", moved=result.moved, failed=result.failed)
    )
    if result.failed:
        raise typer.Exit(Exit.PARTLY if result.moved else Exit.FAILED)
