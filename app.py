"""The map of the system: every way in, and the function that answers it."""

from collections.abc import Callable
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, Rate, SQSEvent

from functions.api import ways
from shared.gateways import queues
from shared.runtime import batch, observe
from shared.runtime.http import Routes
from shared.store import doors

app = Chalice(app_name=observe.SERVICE, configure_logs=False)
Routes.doors = doors


@app.middleware("all")
def send_nudges(event: Any, answer: Callable[[Any], Any]) -> Any:
    """Whatever was written, its nudges leave together at the end."""
    queues.drop()
    given = answer(event)
    queues.flush()
    return given


# --- HTTPS ---------------------------------------------------------------
ways.serve(app)


# --- the order's way: one queue per step ---------------------------------
@app.on_sqs_message(queue="tongdan-review", batch_size=10, name="review")
def review_orders(event: SQSEvent) -> batch.Answer:
    from functions.steps import review
    from shared.store import orders

    return batch.each(event, review.review, orders.read_ahead)


@app.on_sqs_message(queue="tongdan-reserve", batch_size=10, name="reserve")
def reserve_orders(event: SQSEvent) -> batch.Answer:
    from functions.steps import reserve
    from shared.store import orders

    return batch.each(event, reserve.reserve, orders.read_ahead)


@app.on_sqs_message(queue="tongdan-plan", batch_size=10, name="plan")
def plan_orders(event: SQSEvent) -> batch.Answer:
    from functions.channels import meet
    from functions.steps import plan
    from shared.store import orders

    meet.register()
    return batch.each(event, plan.plan, orders.read_ahead)


@app.on_sqs_message(queue="tongdan-ship", batch_size=10, name="ship")
def ship_orders(event: SQSEvent) -> batch.Answer:
    from functions.steps import ship
    from shared.store import orders

    return batch.each(event, ship.ship, orders.read_ahead)


@app.on_sqs_message(queue="tongdan-notify", batch_size=10, name="notify")
def notify_webhooks(event: SQSEvent) -> batch.Answer:
    from functions.steps import notify

    return batch.each(event, notify.notify)


@app.on_sqs_message(queue="tongdan-push", batch_size=10, name="push")
def push_figures(event: SQSEvent) -> batch.Answer:
    from functions.channels import push

    return batch.together(event, push.push, "sku")


@app.on_sqs_message(queue="tongdan-halt", batch_size=10, name="halt")
def halt_sales(event: SQSEvent) -> batch.Answer:
    from functions.steps import halt

    return batch.each(event, halt.halt)


@app.on_sqs_message(queue="tongdan-group", batch_size=10, name="group")
def group_orders(event: SQSEvent) -> batch.Answer:
    from functions.steps import group
    from shared.store import orders

    return batch.each(event, group.group, orders.read_ahead)


@app.on_sqs_message(queue="tongdan-settle", batch_size=10, name="settle")
def settle_money(event: SQSEvent) -> batch.Answer:
    from functions.steps import settle

    return batch.each(event, settle.settle)


# --- from and to the platforms -------------------------------------------
@app.on_sqs_message(queue="tongdan-pull", batch_size=1, name="pull")
def pull_changes(event: SQSEvent) -> batch.Answer:
    from functions.channels import pull

    return batch.each(event, pull.pull)


@app.on_sqs_message(queue="tongdan-fetch", batch_size=10, name="fetch")
def fetch_orders(event: SQSEvent) -> batch.Answer:
    from functions.channels import fetch

    return batch.each(event, fetch.fetch)


@app.on_sqs_message(queue="tongdan-report", batch_size=10, name="report")
def report_parcels(event: SQSEvent) -> batch.Answer:
    from functions.channels import decide, report

    def tell(no: str = "", **ids: str) -> None:
        """What left, or what was decided of a refund."""
        decide.decide(no=no, **ids) if no else report.report(**ids)

    return batch.each(event, tell)


# --- from and to the carriers --------------------------------------------
@app.on_sqs_message(queue="tongdan-label", batch_size=10, name="label")
def label_parcels(event: SQSEvent) -> batch.Answer:
    from functions.carriers import label

    return batch.each(event, label.label)


@app.on_sqs_message(queue="tongdan-track", batch_size=10, name="track")
def track_parcels(event: SQSEvent) -> batch.Answer:
    from functions.carriers import track

    return batch.each(event, track.track)


# --- what follows from a change: the streams of the orders and stock tables
@app.on_dynamodb_record("tongdan-orders-stream", batch_size=100, name="count")
def count_events(event: DynamoDBEvent) -> batch.Answer:
    from functions.streams import count

    return batch.in_order(event, count.count)


@app.on_dynamodb_record("tongdan-orders-stream", batch_size=100, name="publish")
def publish_events(event: DynamoDBEvent) -> batch.Answer:
    from functions.streams import publish

    return batch.in_order(event, publish.publish)


@app.on_dynamodb_record("tongdan-stock-stream", batch_size=100, name="follow")
def follow_stock(event: DynamoDBEvent) -> batch.Answer:
    from functions.streams import follow

    return batch.in_order(event, follow.follow, "Keys")


# --- by the clock --------------------------------------------------------
@app.schedule(Rate(1, Rate.MINUTES), name="sweep")
def sweep_orders(event: CloudWatchEvent) -> None:
    from functions.timers import sweep

    sweep.sweep()


@app.schedule(Rate(1, Rate.MINUTES), name="expire")
def expire_holds(event: CloudWatchEvent) -> None:
    from functions.timers import expire

    expire.expire()


@app.schedule(Rate(1, Rate.HOURS), name="verify")
def verify_stock(event: CloudWatchEvent) -> None:
    from functions.timers import verify

    verify.verify()


@app.schedule(Rate(1, Rate.HOURS), name="watch")
def watch_stock(event: CloudWatchEvent) -> None:
    from functions.timers import watch

    watch.watch()


@app.schedule(Rate(10, Rate.MINUTES), name="promise")
def keep_promises(event: CloudWatchEvent) -> None:
    from functions.timers import promise

    promise.promise()


@app.schedule(Rate(1, Rate.HOURS), name="price")
def price_units(event: CloudWatchEvent) -> None:
    from functions.timers import price

    price.price()


@app.schedule(Rate(5, Rate.MINUTES), name="replan")
def replan_orders(event: CloudWatchEvent) -> None:
    from functions.timers import replan

    replan.replan()


@app.schedule(Rate(1, Rate.HOURS), name="reconcile")
def reconcile_bills(event: CloudWatchEvent) -> None:
    from functions.timers import reconcile

    reconcile.reconcile()


@app.schedule(Rate(1, Rate.HOURS), name="complete")
def complete_days(event: CloudWatchEvent) -> None:
    from functions.timers import complete

    complete.complete()
