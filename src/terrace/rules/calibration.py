"""The public figures that synthetic companies are calibrated on."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from terrace.criteria.declarations import Section
from terrace.rules.labels import Status, read_number, read_status, to_number
from terrace.rules.rulebook import read_plain

FIGURES = (
    *("enterprises", "hnte", "tech_sme", "gazelle", "unicorn", "srdi"),
    *("rd_intensity", "revenue_per_employee_yuan"),
)


@dataclass(frozen=True, slots=True)
class CalibrationFigure:
    """One figure, how well it is verified, and where it is from."""

    value: float
    status: Status
    source: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """The figures by id, and the deciles (10% to 90%) of the employees of technology firms."""

    figures: Mapping[str, CalibrationFigure]
    employee_deciles: tuple[float, ...]

    def value(self, figure_id: str) -> float:
        """One figure."""
        return self.figures[figure_id].value

    def count(self, figure_id: str, companies: int) -> int:
        """How many of so many companies hold a title, in proportion to the zone."""
        return round(companies * self.value(figure_id) / self.value("enterprises"))


def load_calibration(path: Path | None = None) -> Calibration:
    """The calibration of a file, by default the one that ships.

    Raises:
        CriteriaError: a figure is absent or wrong; with its line.
    """
    chosen = path or Path(str(resources.files("terrace") / "data" / "population.yaml"))
    section = read_plain(chosen)
    section.check_keys(("figures", "employee_deciles", "employee_source"))
    figures = {entry.text("id"): _read_figure(entry) for entry in section.sections("figures", "")}
    absent = [name for name in FIGURES if name not in figures]
    if absent:
        section.refuse(f"the figure '{absent[0]}' is absent", "add it with its source")
    return Calibration(figures, _read_deciles(section))


def _read_figure(section: Section) -> CalibrationFigure:
    section.check_keys(("id", "value", "status", "source"))
    value = read_number(section, "value")
    if value <= 0:
        section.refuse(f"'value' is {value:g}", "it has to be above 0")
    return CalibrationFigure(value, read_status(section, ""), section.text("source"))


def _read_deciles(section: Section) -> tuple[float, ...]:
    written = section.values["employee_deciles"]
    values = written if isinstance(written, list) else []
    deciles = tuple(to_number(section, "employee_deciles", value) for value in values)
    if len(deciles) != 9 or list(deciles) != sorted(deciles) or deciles[0] < 1:
        section.refuse("'employee_deciles' are no nine rising numbers", "give 10% to 90%")
    return deciles
