"""Set up what every make target needs: Python packages, Odoo 19, PostgreSQL, the configuration.

Does only what is not done yet; a step that was interrupted is done again.
"""

from dev.common import alone, command_line
from dev.get_odoo import ensure_odoo
from dev.get_python import ensure_venv
from dev.odoo_conf import ensure_conf
from dev.postgres import Cluster


def main() -> None:
    """Set up this checkout."""
    with alone('setup'):
        ensure_venv()
        odoo_root = ensure_odoo()
        Cluster().start()
        ensure_conf(odoo_root)


if __name__ == '__main__':
    command_line(main)
