"""Write a table as a spreadsheet."""

from io import BytesIO

import xlsxwriter

# What somebody else typed stays text, and is never a formula.
TEXTS = {
    'in_memory': True,
    'strings_to_formulas': False,
    'strings_to_numbers': False,
    'strings_to_urls': False,
}


def make_xlsx(headings, rows):
    """Return the bytes of an xlsx of one table; numbers stay numbers, all else is text."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, TEXTS)
    sheet = book.add_worksheet()
    bold = book.add_format({'bold': True})
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    sheet.freeze_panes(1, 0)
    place = 0
    for place, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(place, column, value)
            else:
                sheet.write_number(place, column, value)
    sheet.autofilter(0, 0, max(place, 1), len(headings) - 1)
    book.close()
    return file.getvalue()
