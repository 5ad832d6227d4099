from . import grant, run_xlsx
from . import xlsx
