"""All parameter types, by the name that declarations use."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.model import ParameterType
from wizard.catalog.types.addresses import ADDRESSES
from wizard.catalog.types.amounts import AMOUNTS
from wizard.catalog.types.files import Files
from wizard.catalog.types.lists import LISTS
from wizard.catalog.types.names import NAMES
from wizard.catalog.types.records import Records
from wizard.catalog.types.scalars import SCALARS

Types = Mapping[str, ParameterType]
TYPES: Types = {each.name: each for each in (*SCALARS, *NAMES, *ADDRESSES, *AMOUNTS, *LISTS, Records(), Files())}
