"""Taking a deployed stack down when there is nothing to take."""

import subprocess
from pathlib import Path

from infra import deployed
from infra.deployed import emulator
from infra.local.home import Home


def test_down_without_up_does_nothing(tmp_path: Path) -> None:
    deployed.down(Home(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_process_that_got_the_emulators_number_is_left_alone(tmp_path: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"], start_new_session=True)
    (tmp_path / "lock").touch()  # nobody holds it: the emulator is gone

    emulator.stop(bystander.pid, tmp_path)

    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()
