"""An e-conomic to run against: legacy REST and open API over one set of books.

`create_app` returns it as a WSGI application; `python -m simulator` serves that over HTTP.
"""

from .app import APP_SECRET, GRANT, Simulator, create_app

__all__ = ['APP_SECRET', 'GRANT', 'Simulator', 'create_app']
