"""An amount divided over several, to the cent: the method of the largest remainder.

Its one law: the parts add up to the whole, each is less than a cent away from its exact share, and the same weights in
the same order always give the same parts. Who bears what and why is for the caller.
"""

from collections.abc import Sequence


def divided_cents(cents: int, weights: Sequence[int]) -> list[int]:
    """`cents` divided in proportion to `weights` (0 or more). The cents left over go to the largest remainders.

    Equal remainders: to the first. Weights that are all 0 count as equal. Nobody to divide over raises `ValueError`,
    unless there is nothing to divide.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is 0 or more")
    if not weights:
        if cents:
            raise ValueError("there is nobody to divide over")
        return []
    if not any(weights):
        weights = [1] * len(weights)
    if cents < 0:
        return [-part for part in divided_cents(-cents, weights)]
    whole = sum(weights)
    parts = [cents * weight // whole for weight in weights]
    remainders = [cents * weight % whole for weight in weights]
    left_over = cents - sum(parts)
    for place in sorted(range(len(weights)), key=lambda place: (-remainders[place], place))[:left_over]:
        parts[place] += 1
    return parts
