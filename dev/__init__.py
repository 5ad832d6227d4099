"""What a machine needs to run us: get Odoo, a private database, start, test, bench."""

import sys

# Odoo 19 runs on these. Checked first and in words that any Python 3 can read.
if not (3, 10) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "Python 3.10 to 3.13 is needed, this is " + sys.version.split()[0] + "; "
        "name another: make … PYTHON=python3.12"
    )
