"""The map of the system: every way in, and the function that answers it."""

from collections.abc import Callable
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, Rate, SQSEvent

from functions.api import (
    alerts,
    audits,
    blacklist,
    breakers,
    carriers,
    counts,
    days,
    edits,
    feeds,
    health,
    holds,
    hot_sales,
    item_batches,
    items,
    keys,
    ledgers,
    mappings,
    merges,
    movements,
    order_batches,
    orders,
    promises,
    purchases,
    pushes,
    releases,
    resends,
    routing_prices,
    rule_trials,
    rules,
    settings,
    stages,
    stock,
    stock_holds,
    transfers,
    webhooks,
    whys,
)
from functions.steps import halt, notify, plan, push, reserve, review, ship
from functions.streams import count, follow, publish
from functions.timers import expire, price, promise, replan, sweep, verify, watch
from shared.gateways import queues
from shared.runtime import batch, observe
from shared.runtime.http import Routes
from shared.store import doors
from shared.store import orders as orders_at_rest

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
app.register_blueprint(health.routes)
app.register_blueprint(order_batches.routes)
app.register_blueprint(releases.routes)
app.register_blueprint(holds.routes)
app.register_blueprint(orders.routes)
app.register_blueprint(edits.routes)
app.register_blueprint(resends.routes)
app.register_blueprint(whys.routes)
app.register_blueprint(merges.routes)
app.register_blueprint(stock.routes)
app.register_blueprint(ledgers.routes)
app.register_blueprint(alerts.routes)
app.register_blueprint(purchases.routes)
app.register_blueprint(movements.routes)
app.register_blueprint(counts.routes)
app.register_blueprint(feeds.routes)
app.register_blueprint(stock_holds.routes)
app.register_blueprint(transfers.routes)
app.register_blueprint(item_batches.routes)
app.register_blueprint(items.routes)
app.register_blueprint(mappings.routes)
app.register_blueprint(hot_sales.routes)
app.register_blueprint(settings.routes)
app.register_blueprint(carriers.routes)
app.register_blueprint(routing_prices.routes)
app.register_blueprint(pushes.routes)
app.register_blueprint(rules.routes)
app.register_blueprint(rule_trials.routes)
app.register_blueprint(audits.routes)
app.register_blueprint(keys.routes)
app.register_blueprint(blacklist.routes)
app.register_blueprint(webhooks.routes)
app.register_blueprint(days.routes)
app.register_blueprint(stages.routes)
app.register_blueprint(promises.routes)
app.register_blueprint(breakers.routes)


# --- the order's way: one queue per step ---------------------------------
@app.on_sqs_message(queue="tongdan-review", batch_size=10, name="review")
def review_orders(event: SQSEvent) -> batch.Answer:
    return batch.each(event, review.review, orders_at_rest.read_ahead)


@app.on_sqs_message(queue="tongdan-reserve", batch_size=10, name="reserve")
def reserve_orders(event: SQSEvent) -> batch.Answer:
    return batch.each(event, reserve.reserve, orders_at_rest.read_ahead)


@app.on_sqs_message(queue="tongdan-plan", batch_size=10, name="plan")
def plan_orders(event: SQSEvent) -> batch.Answer:
    return batch.each(event, plan.plan, orders_at_rest.read_ahead)


@app.on_sqs_message(queue="tongdan-ship", batch_size=10, name="ship")
def ship_orders(event: SQSEvent) -> batch.Answer:
    return batch.each(event, ship.ship, orders_at_rest.read_ahead)


@app.on_sqs_message(queue="tongdan-notify", batch_size=10, name="notify")
def notify_webhooks(event: SQSEvent) -> batch.Answer:
    return batch.each(event, notify.notify)


@app.on_sqs_message(queue="tongdan-push", batch_size=10, name="push")
def push_figures(event: SQSEvent) -> batch.Answer:
    return batch.each(event, push.push)


@app.on_sqs_message(queue="tongdan-halt", batch_size=10, name="halt")
def halt_sales(event: SQSEvent) -> batch.Answer:
    return batch.each(event, halt.halt)


# --- what follows from a change: the streams of the orders and stock tables
@app.on_dynamodb_record("tongdan-orders-stream", batch_size=100, name="count")
def count_events(event: DynamoDBEvent) -> batch.Answer:
    return batch.in_order(event, count.count)


@app.on_dynamodb_record("tongdan-orders-stream", batch_size=100, name="publish")
def publish_events(event: DynamoDBEvent) -> batch.Answer:
    return batch.in_order(event, publish.publish)


@app.on_dynamodb_record("tongdan-stock-stream", batch_size=100, name="follow")
def follow_stock(event: DynamoDBEvent) -> batch.Answer:
    return batch.in_order(event, follow.follow, "Keys")


# --- by the clock --------------------------------------------------------
@app.schedule(Rate(1, Rate.MINUTES), name="sweep")
def sweep_orders(event: CloudWatchEvent) -> None:
    sweep.sweep()


@app.schedule(Rate(1, Rate.MINUTES), name="expire")
def expire_holds(event: CloudWatchEvent) -> None:
    expire.expire()


@app.schedule(Rate(1, Rate.HOURS), name="verify")
def verify_stock(event: CloudWatchEvent) -> None:
    verify.verify()


@app.schedule(Rate(1, Rate.HOURS), name="watch")
def watch_stock(event: CloudWatchEvent) -> None:
    watch.watch()


@app.schedule(Rate(10, Rate.MINUTES), name="promise")
def keep_promises(event: CloudWatchEvent) -> None:
    promise.promise()


@app.schedule(Rate(1, Rate.HOURS), name="price")
def price_units(event: CloudWatchEvent) -> None:
    price.price()


@app.schedule(Rate(5, Rate.MINUTES), name="replan")
def replan_orders(event: CloudWatchEvent) -> None:
    replan.replan()
