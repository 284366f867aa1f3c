"""The nightly job: the inbox, the rounds, each night made and written, and the audit record."""
