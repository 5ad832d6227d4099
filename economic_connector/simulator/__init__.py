"""An e-conomic to run against: legacy REST, open API and SOAP over one set of books.

`create_app` returns it as a WSGI application; `python -m simulator` serves that over HTTP.
"""

from .app import APP_SECRET, GRANT, PASSWORD, USER, Simulator, create_app

__all__ = ['APP_SECRET', 'GRANT', 'PASSWORD', 'USER', 'Simulator', 'create_app']
