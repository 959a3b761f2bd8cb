# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Which tests of pages ``doit check`` runs, too; all the others are for ``doit check_all``."""

from typing import Any

import pytest


def gate(*values: object) -> Any:
    """Mark one set of parameters of a test as one that the gate runs, too.

    Parameters
    ----------
    *values
        As in a row of `pytest.mark.parametrize`.

    Returns
    -------
    _pytest.mark.ParameterSet
        For that row.
    """
    return pytest.param(*values, marks=pytest.mark.gate)
