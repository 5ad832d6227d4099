"""Write Odoo's configuration file .dev/odoo.conf, and variants of it for single processes."""

from __future__ import annotations

import base64
import configparser
import secrets
import socket
from pathlib import Path

from dev import licences
from dev.common import DEV, ODOO_CONF, ROOT, write_whole
from dev.postgres import Cluster


def ensure_conf(odoo_root: Path) -> None:
    """Write .dev/odoo.conf; the secrets key and the ports of an earlier one are kept."""
    former = read_conf() if ODOO_CONF.exists() else {}
    dsn = Cluster().dsn
    options = {
        'addons_path': ','.join(str(path) for path in addons_path(odoo_root)),
        'data_dir': str(DEV / 'data'),
        'db_host': dsn['host'],
        'db_port': dsn['port'],
        'db_user': dsn['user'],
        'http_interface': '127.0.0.1',
        'http_port': former.get('http_port') or free_port(),
        'gevent_port': former.get('gevent_port') or free_port(),
        'list_db': 'False',
        'without_demo': 'True',
        # Room for a debugger and for a machine that does other things too.
        'limit_time_cpu': 600,
        'limit_time_real': 1200,
        # Odoo stores options that it does not know as they are, with one warning at start.
        'economic_connector_key': former.get('economic_connector_key') or new_key(),
        'economic_connector_loopback': 'True',
        licences.OPTION: licences.ensure_pair(former),
    }
    text = conf_text({name: str(value) for name, value in options.items()})
    if not ODOO_CONF.exists() or ODOO_CONF.read_text() != text:
        write_whole(ODOO_CONF, text, mode=0o600)


def read_conf() -> dict[str, str]:
    """Read the options of .dev/odoo.conf."""
    parser = configparser.RawConfigParser()
    parser.read(ODOO_CONF)
    return dict(parser['options'])


def write_variant(path: Path, **changes: str | int | bool) -> Path:
    """Write .dev/odoo.conf once more at another place, with some options changed."""
    options = read_conf() | {name: str(value) for name, value in changes.items()}
    write_whole(path, conf_text(options), mode=0o600)
    return path


def conf_text(options: dict[str, str]) -> str:
    """Put options into the form of a configuration file."""
    return ''.join(['[options]\n', *(f'{name} = {value}\n' for name, value in options.items())])


def addons_path(odoo_root: Path) -> list[Path]:
    """Return the folders with addons: Odoo's own, a source checkout's second one, and ours."""
    inside, beside = odoo_root / 'odoo' / 'addons', odoo_root / 'addons'
    # The Debian package has all of them inside, and beside it half of their files once more.
    complete = (inside / 'contacts' / '__manifest__.py').exists()
    return [inside, ROOT] if complete else [inside, beside, ROOT]


def new_key() -> str:
    """Make a key for the secrets at rest (a Fernet key: 32 bytes, urlsafe base64)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return int(probe.getsockname()[1])
