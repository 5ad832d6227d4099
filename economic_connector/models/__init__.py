from . import (
    economic_agreement,
    economic_agreement_connection,
    economic_agreement_schedule,
    economic_debtor,
    economic_debtor_candidate,
    economic_debtor_values,
    economic_figures,
    economic_invoice,
    economic_invoice_line,
    economic_match_key,
    economic_quarantine,
    economic_reference,
    economic_run,
    economic_run_apply,
    economic_run_engine,
    economic_run_fetch,
    economic_run_figures,
    economic_run_invoices,
    economic_run_line,
    economic_run_lines,
    economic_run_plan,
    economic_stream,
    ir_cron,
    res_partner,
)
from .log_filter import install

install()
