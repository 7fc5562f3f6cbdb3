"""The statutory tables of a text: from its lines to the indicators in their cells. The way in: `forms.read_tables`."""
