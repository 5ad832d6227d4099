"""Stop the private databases and remove everything that was set up in this checkout."""

from dev.common import DEV, command_line, remove, say
from dev.postgres import remove_all


def main() -> None:
    """Leave the checkout as it was cloned."""
    remove_all()
    remove(DEV)
    say("removed: .dev and the private PostgreSQL")


if __name__ == '__main__':
    command_line(main)
