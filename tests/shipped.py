"""The shipped catalogue, read once by each process that runs tests."""

from wizard.catalog.load import load_catalog

CATALOG = load_catalog()
