"""Who reports what: title, year, issuer, region, period, contacts; `document.read_document` is the way in."""
