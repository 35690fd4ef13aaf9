"""The one place that names the version; reading package metadata would cost a start-up 60 ms."""

__version__ = "0.1.0"
