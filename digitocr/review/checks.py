"""Whether what a person types can be: the format of its field, and the rules of its form."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from digitocr.errors import DigitocrError
from digitocr.formats.dates import Dates
from digitocr.formats.formats import Format, format_of, make_format
from digitocr.forms.rules.expressions import Rule, parse_rule
from digitocr.forms.template.template import load_template
from digitocr.options import ReadOptions
from digitocr.review.settings import last_run
from digitocr.store.store import Store


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said against a value, a sentence each; `offer` is the value that the rules ask for, or ''."""

    problems: tuple[str, ...] = ()
    offer: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _FormChecks:
    formats: Mapping[str, Format | None]
    rules: Sequence[Rule]


class Checks:
    """The formats and rules that a store was read with; a template that is gone checks nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        options, _, _ = last_run(store)
        self._forms: dict[str, _FormChecks] = {}
        self._general: Format | None = None
        with suppress(DigitocrError):
            self._general = format_of(options.format, options.pattern)
        for name, checks in _form_checks(options):
            self._forms[name] = checks

    def check(self, reading: int, value: str) -> Verdict:
        """What is said against a value for a reading; nothing against that there is none."""
        row = self._store.row(
            "SELECT field, page, template FROM reading JOIN page ON page.id = page WHERE reading.id = ?",
            (reading,),
        )
        if row is None or not value:
            return Verdict()
        form = self._forms.get(row["template"] or "")
        held = form.formats.get(row["field"]) if form else self._general
        problems = []
        if held and value.isdecimal() and not held.accepts(value):
            problems.append(f"does not have the format: {held.name}")
        broken, offer = _broken(form.rules if form else (), row["field"], self._values(row["page"]), value)
        problems += [f"rule not satisfied: {rule.text}" for rule in broken]
        return Verdict(tuple(problems), offer if offer != value else "")

    def _values(self, page: int) -> dict[str, str]:
        """The values of a page's fields as they stand: what people said, else what was read for sure."""
        rows = self._store.rows(
            "SELECT field, coalesce(value, text) AS value FROM reading WHERE page = ? AND field <> '' "
            "AND (settled = 'value' OR (settled IS NULL AND status = 'accept'))",
            (page,),
        )
        return {row["field"]: row["value"] for row in rows if row["value"].isdecimal()}


def _form_checks(options: ReadOptions) -> list[tuple[str, _FormChecks]]:
    made = []
    for path in options.templates:
        with suppress(DigitocrError):
            template = load_template(path)
            formats = {
                field.name: make_format(field.format, field.name, path.parent, field.room)
                for field in template.fields
            }
            dates: dict[str, Dates] = {
                name: held.dates for name, held in formats.items() if held and held.dates
            }
            rules = [parse_rule(rule, list(formats), dates) for rule in template.rules]
            made.append((template.name, _FormChecks(formats, rules)))
    return made


def _broken(
    rules: Sequence[Rule], field: str, values: Mapping[str, str], value: str
) -> tuple[list[Rule], str]:
    """The rules that a value of a field breaks, and the value that all its equations ask for."""
    known = {**values, field: value}
    checked = [rule for rule in rules if field in rule.fields and all(name in known for name in rule.fields)]
    if not value.isdecimal():
        return [], ""
    broken = [rule for rule in checked if not rule.allows(known)]
    asked = {text for rule in checked if (text := rule.solved_for(field, known)) is not None}
    return broken, asked.pop() if broken and len(asked) == 1 else ""
