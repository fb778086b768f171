"""What people corrected, by field and reason: where the machine is weak."""

from dataclasses import dataclass

from digitocr.store.store import Store


@dataclass(frozen=True, slots=True)
class Corrections:
    """Of the readings of one field, or with one reason: how many were looked at, how many changed."""

    name: str
    looked_at: int
    changed: int


def corrections(store: Store, most: int = 12) -> dict[str, list[Corrections]]:
    """By field and by reason, those with the most changes first."""
    return {name: _by(store, column, most) for name, column in (("field", "field"), ("reason", "reason"))}


def _by(store: Store, column: str, most: int) -> list[Corrections]:
    rows = store.rows(
        f"SELECT {column} AS name, count(*) AS seen, sum(NOT (settled = 'value' AND value = text) "
        "AND NOT (settled = 'blank' AND text = '')) AS changed FROM reading "
        f"WHERE state IN ('person', 'double_entry') GROUP BY {column} "
        "ORDER BY changed DESC, seen DESC, name LIMIT ?",
        (most,),
    )
    return [Corrections(row["name"], row["seen"], row["changed"]) for row in rows]
