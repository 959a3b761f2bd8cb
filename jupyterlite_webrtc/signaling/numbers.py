# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""Numbers that one can reckon with."""

from __future__ import annotations

import math
from typing import Any

from traitlets import Float


class Finite(Float[float, float]):
    """A number that is neither infinite nor none, which Python reads, too."""

    info_text = "a finite number"

    def validate(self, obj: Any, value: Any) -> float:  # noqa: ANN401, D102 (upstream's)
        number = super().validate(obj, value)
        if not math.isfinite(number):
            self.error(obj, value)
        return number
