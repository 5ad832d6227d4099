"""Use Odoo from a script: an environment on one database, in this process, without a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dev.common import DEV, ODOO_CONF, ToolError


@contextmanager
def environment(database: str, login: str = 'admin') -> Iterator[Any]:
    """Lend an environment as a user; what the script leaves uncommitted at the end is committed.

    Odoo's own messages go to a file in .dev/log, which stays if the script fails.
    """
    import odoo.api
    import odoo.exceptions
    import odoo.modules.registry
    import odoo.sql_db
    from odoo.tools import config

    log = DEV / 'log' / f'inside-{os.getpid()}.log'
    log.parent.mkdir(parents=True, exist_ok=True)
    config.parse_config(
        ['-c', str(ODOO_CONF), '-d', database, '--no-http', '--logfile', str(log)],
        setup_logging=True,
    )
    try:
        registry = odoo.modules.registry.Registry(database)
        with registry.cursor() as cursor:
            env = odoo.api.Environment(cursor, odoo.api.SUPERUSER_ID, {})
            user = env['res.users'].search([('login', '=', login)])
            yield env(user=user, context={'lang': user.lang, 'tz': user.tz})
        log.unlink()
    except odoo.exceptions.UserError as error:
        raise ToolError(str(error)) from error
    finally:
        odoo.sql_db.close_all()
