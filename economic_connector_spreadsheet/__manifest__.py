{
    'name': "e-conomic Connector: Dashboard",
    'summary': "Purchases from e-conomic as a spreadsheet dashboard",
    'version': '19.0.1.0.0',
    'category': 'Productivity/Dashboard',
    'author': "economic_connector contributors",
    'license': 'LGPL-3',
    'depends': ['economic_connector', 'spreadsheet_dashboard'],
    'data': ['data/dashboards.xml'],
    'auto_install': True,
}
