"""Values that rules determine for fields that were not read surely, for a person to choose."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from digitocr.formats.formats import Format
from digitocr.formats.limits import LONGEST
from digitocr.forms.rules.expressions import Rule
from digitocr.records import Reading


def offer_values(
    readings: Sequence[Reading],
    before: Sequence[Reading],
    rules: Sequence[Rule],
    formats: Mapping[str, Format | None],
    n_best: int,
) -> tuple[Reading, ...]:
    """The readings; one that is not accepted has the value that its rules determine among its alternatives.

    A value is offered where all equations that can be solved for the field have it, no rule contradicts it
    and it has the field's format. Its probability is 0: no reader has seen it.

    Args:
        readings: one for each field, as the rules left them.
        before: the same before the rules, of which those that are accepted are known.
        rules: the rules of the form.
        formats: the format of each field.
        n_best: how many alternatives a reading keeps; the last one makes room for what is offered.
    """
    fields = Counter(reading.field for reading in before)
    read = {r.field: r.text for r in before if r.status == "accept" and fields[r.field] == 1}
    offered = []
    for reading in readings:
        known = {name: text for name, text in read.items() if name != reading.field}
        value = determined_value(reading.field, known, rules, formats.get(reading.field))
        others = [text for text, _ in reading.alternatives]
        if reading.status not in ("review", "blank") or not value or value in others:
            offered.append(reading)
            continue
        kept = reading.alternatives[: max(1, n_best - 1)]
        reason = "; ".join(filter(None, (reading.reason, f"the rules ask for {value}")))
        offered.append(replace(reading, reason=reason, alternatives=(*kept, (value, 0.0))))
    return tuple(offered)


def determined_value(
    field: str, known: Mapping[str, str], rules: Sequence[Rule], allowed: Format | None
) -> str:
    """The digits of a field that rules determine, given the texts of other fields; "" where none do.

    Zeros are put before it where its format has more digits.
    """
    about = [rule for rule in rules if field in rule.fields and {*rule.fields} - {field} <= {*known}]
    solutions = {text for rule in about if (text := rule.solved_for(field, known)) is not None}
    if len(solutions) != 1:
        return ""
    (solution,) = solutions
    if not all(rule.allows({**known, field: solution}) for rule in about):
        return ""
    lengths = range(len(solution), LONGEST + 1)
    padded = (solution.zfill(length) for length in lengths)
    return next((text for text in padded if allowed is None or allowed.accepts(text)), "")
