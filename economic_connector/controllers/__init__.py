from . import grant, run_xlsx, xlsx
