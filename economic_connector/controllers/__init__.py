from . import grant, xlsx
