"""The directory of an agency's staff as a CSV file: read, compared with the database, stored, and written.

`file` reads cells, `cells` says what they mean, `known` what the database has, `difference` what the two come
to, `storing` stores that. A file is stored whole or not at all.
"""
