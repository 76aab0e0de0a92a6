"""/v1/health: whether the application answers; it needs no key and tells nothing else."""

from shared.runtime.http import OPEN, Routes

routes = Routes(__name__)


@routes.on("GET", "/v1/health", OPEN)
def health() -> dict[str, str]:
    return {"status": "ok"}
