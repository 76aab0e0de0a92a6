"""/v1/health: whether the application answers; it needs no key and tells nothing else."""

from shared.runtime.http import OPEN, Letter, Routes
from shared.runtime.settings import settings

routes = Routes()


@routes.on("GET", "/v1/health", OPEN)
def health(_letter: Letter) -> dict[str, str]:
    return {"status": "ok", "stage": settings().stage}
