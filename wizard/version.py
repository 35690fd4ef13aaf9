"""The only definition of the version; reading package metadata would cost 60 ms at every start."""

__version__ = "0.1.0"
