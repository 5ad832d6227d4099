"""Find Odoo 19, or get it: the Debian package, unpacked into .dev/odoo without installing it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
from pathlib import Path

from dev.common import DEV, VENV, ToolError, remove, run, step, write_whole

UNPACKED = DEV / 'odoo'
IN_PACKAGE = 'usr/lib/python3/dist-packages'
# Odoo's package links to files of these; without jquery the login page answers 500.
PACKAGES = (
    'odoo-19',
    'libjs-jquery',
    'libjs-jquery-form',
    'libjs-underscore',
    'fonts-roboto-unhinted',
    'fonts-montserrat',
    'fonts-ocr-b',
    'fonts-inconsolata',
    'fonts-glyphicons-halflings',
)
ODOO_SUITE = 'sid'
# Odoo wants Font Awesome 4.7; newer suites have 7, whose files have other names.
ICONS = 'fonts-font-awesome'
ICONS_SUITE = 'bookworm'
# Debian removed it from the package; its absence is an error in every page's console.
EMPTY_SCRIPT = 'odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js'
HOW_TO_NAME = "name one you have: make … ODOO=/folder/that/contains/the/odoo/package"


def ensure_odoo() -> Path:
    """Make `odoo` importable in the virtual environment and return the folder it is in."""
    root = named() or importable() or unpacked()
    for path in VENV.glob('lib/python3.*/site-packages'):
        link = path / 'odoo-19.pth'
        if not link.exists() or link.read_text() != f'{root}\n':
            write_whole(link, f'{root}\n')
    return root


def named() -> Path | None:
    """Return the Odoo that the environment variable ODOO names."""
    if not os.environ.get('ODOO'):
        return None
    root = Path(os.environ['ODOO']).expanduser().resolve()
    if version(root) != '19':
        raise ToolError(f"ODOO={root} is not a folder that contains the odoo package of version 19")
    return root


def importable() -> Path | None:
    """Return the Odoo 19 that the Python running this could import."""
    spec = importlib.util.find_spec('odoo')
    if spec is None or not spec.submodule_search_locations:
        return None
    root = Path(next(iter(spec.submodule_search_locations))).parent
    return root if version(root) == '19' else None


def version(root: Path) -> str | None:
    """Read the major version of the Odoo in a folder, without importing it."""
    release = root / 'odoo' / 'release.py'
    text = release.read_text() if release.exists() else ''
    found = re.search(r'^version_info = \((\d+)', text, re.MULTILINE)
    return found and found[1]


def unpacked() -> Path:
    """Return the Odoo in .dev/odoo; download and unpack it if it is not there."""
    root = UNPACKED / IN_PACKAGE
    if not UNPACKED.exists():
        with step("Odoo 19 (about 130 MB)"):
            packages = download()
            unpack(packages, UNPACKED.with_suffix('.new'))
            UNPACKED.with_suffix('.new').rename(UNPACKED)
            remove(DEV / 'apt')
    return root


def download() -> list[Path]:
    """Fetch the packages with an apt of our own that leaves the system's alone."""
    apt = DEV / 'apt'
    packages = apt / 'packages'
    for folder in (packages, apt / 'lists' / 'partial', apt / 'cache'):
        folder.mkdir(parents=True, exist_ok=True)
    write_whole(apt / 'private.sources', private_sources())
    options = [
        f'Dir::Etc::sourcelist={apt / "private.sources"}',
        'Dir::Etc::sourceparts=/dev/null',
        f'Dir::State::Lists={apt / "lists"}',
        f'Dir::Cache={apt / "cache"}',
        f'APT::Sandbox::User={pwd.getpwuid(os.getuid()).pw_name}',
        'Acquire::Languages=none',
        'Acquire::Retries=3',
    ]
    command = ['apt-get', '-q', *(part for option in options for part in ('-o', option))]
    fails = f"Odoo 19 could not be fetched; {HOW_TO_NAME}"
    run([*command, 'update'], fails=fails)
    wanted = [f'{package}/{ODOO_SUITE}' for package in PACKAGES]
    run([*command, 'download', *wanted, f'{ICONS}/{ICONS_SUITE}'], fails=fails, cwd=packages)
    return sorted(packages.glob('*.deb'))


def unpack(packages: list[Path], folder: Path) -> None:
    """Unpack packages beside each other, so that their relative links meet."""
    remove(folder)
    for package in packages:
        run(['dpkg', '-x', package, folder], fails=f"{package.name} could not be unpacked")
    write_whole(folder / IN_PACKAGE / EMPTY_SCRIPT, '')


def private_sources() -> str:
    """Write the machine's own Debian source entry once more, with the suites wanted here."""
    for entry in system_entries():
        if {'main', 'deb'} <= {*entry['Components'].split(), *entry['Types'].split()}:
            entry.update(Types='deb', Suites=f'{ODOO_SUITE} {ICONS_SUITE}', Components='main')
            return ''.join(f'{key}: {value}\n' for key, value in entry.items())
    raise ToolError(f"this machine has no Debian package source to get Odoo 19 from; {HOW_TO_NAME}")


def system_entries() -> list[dict[str, str]]:
    """Read apt's entries that name the machine's own Debian release, in their long form."""
    system = dict(
        re.findall(r'^(\w+)="?([^"\n]*)', Path('/etc/os-release').read_text(), re.MULTILINE)
    )
    codename = system.get('VERSION_CODENAME', '') if system.get('ID') == 'debian' else ''
    suites = {codename or ODOO_SUITE, 'stable', 'testing', 'unstable', ODOO_SUITE}
    folder = Path('/etc/apt')
    files = [folder / 'sources.list', *sorted((folder / 'sources.list.d').glob('*'))]
    entries = []
    for path in files:
        if path.suffix == '.sources':
            entries += long_entries(path.read_text())
        elif path.suffix == '.list' and path.exists():
            entries += short_entries(path.read_text())
    return [entry for entry in entries if suites & set(entry.get('Suites', '').split())]


def long_entries(text: str) -> list[dict[str, str]]:
    """Parse apt's entries of the form `Key: value`, a value being continued by indented lines."""
    text = re.sub(r'^#.*\n', '', text, flags=re.MULTILINE)
    entries = [
        dict(re.findall(r'^([\w-]+):[ \t]*(.*(?:\n[ \t]+.*)*)', part, re.MULTILINE))
        for part in re.split(r'\n\s*\n', text)
    ]
    return [entry for entry in entries if {'Types', 'URIs', 'Suites', 'Components'} <= entry.keys()]


def short_entries(text: str) -> list[dict[str, str]]:
    """Parse apt's entries of the form `deb [options] address suite components`."""
    entries = []
    for options, address, suite, components in re.findall(
        r'^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$', text, re.MULTILINE
    ):
        entry = {'Types': 'deb', 'URIs': address, 'Suites': suite, 'Components': components}
        for option in ('Signed-By', 'Trusted'):
            found = re.search(rf'\b{option}=(\S+)', options, re.IGNORECASE)
            if found:
                entry[option] = found[1]
        entries.append(entry)
    return entries
