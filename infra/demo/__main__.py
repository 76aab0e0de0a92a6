"""python -m infra.demo: start the local stack, send it a merchant's orders, count what came."""

import argparse
import subprocess

from infra.cli import admin, surroundings
from infra.cli.commands import tell
from infra.cli.exits import Stop
from infra.cli.output import Output
from infra.cli.words import Lang, Words
from infra.demo import story
from infra.demo.screen import Screen
from infra.local import install, stack
from infra.local.home import Home


def main() -> int:
    options = _options()
    said = Words(options.lang or surroundings.lang())
    home = Home.at(surroundings.home())
    if options.down:
        print(said("demo-stopped" if stack.down(home) else "demo-absent"))
        return 0
    screen, size = Screen(said), story.SMALL if options.small else story.WHOLE
    try:
        with admin.opened(said):  # the store may go away while it is read
            return story.tell(home, screen, size, options.port)
    except Stop as stop:
        tell(Output(said, as_json=False), stop)
    except (install.Failed, stack.Down, subprocess.CalledProcessError) as error:
        screen.say("demo-broken", why=error)
    return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m infra.demo", description=__doc__)
    parser.add_argument("--lang", type=Lang, choices=list(Lang), help="zh | en; else by LANG")
    parser.add_argument("--small", action="store_true", help="a tenth of the orders")
    parser.add_argument("--down", action="store_true", help="stop the stack and do nothing else")
    parser.add_argument("--port", type=int, help="of the API; 0 takes any free one")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
