"""From the sources to build/deployment.zip and build/template.json."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from infra.package import archive, bytecode, code, layer, template
from infra.package.target import Target

CACHE = Path("build/cache")


@dataclass(frozen=True, slots=True)
class Built:
    archive: Path
    template: Path
    bytecode: str  # the Python that compiled the sources; "" if none of the right kind was found


def build(root: Path, target: Target, out: Path) -> Built:
    """Build the project at `root` into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    compiled = zip_(root, target, out / "deployment.zip")
    content = json.dumps(template.final(root), indent=1, sort_keys=True, ensure_ascii=False)
    (out / "template.json").write_text(content + "\n", encoding="utf-8")
    return Built(out / "deployment.zip", out / "template.json", compiled)


def zip_(root: Path, target: Target, made: Path) -> str:
    """Write the zip: the kept layer first, our code after it. Return who compiled it."""
    dependencies = layer.layer(root / "requirements.txt", target, root / CACHE)
    with tempfile.TemporaryDirectory(dir=made.parent) as work:
        ours, unfinished = Path(work) / "ours", Path(work) / "deployment.zip"
        code.copy(root, ours)
        compiled = bytecode.compile_(ours, target)
        shutil.copyfile(dependencies, unfinished)
        archive.add(unfinished, ours)
        unfinished.replace(made)
    return compiled
