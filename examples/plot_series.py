"""Indicators over the years, across all three forms, from a tidy table and the codebook. Needs pandas and matplotlib.

    python -m service parse --format csv --output reports.csv FOLDER
    curl -H 'Accept: text/csv' http://127.0.0.1:8000/v1/indicators > codebook.csv
    python examples/plot_series.py reports.csv codebook.csv series.svg

Dashed lines stand where a form changed and the series may be compared with care (`close`), dotted ones where it breaks.
"""

import sys

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd

SERIES = ("requests.received", "outcomes.granted", "outcomes.denied", "review.total", "litigation.total")
# Where a report holds no statutory table, its year says which form was in use.
FORMS = {"2014": (0, 2018), "2019": (2019, 2020), "2021": (2021, 9999)}
STYLES = {"close": "--", "broken": ":"}


def load_reports(name: str) -> pd.DataFrame:
    """The figures over all applicants, one row for each report and code."""
    table = pd.read_csv(name, dtype={"form": str, "region_code": str})
    table = table[(table["status"] == "reported") & table["applicant"].fillna("total").eq("total")].dropna(
        subset="year"
    )
    table["year"] = table["year"].astype(int)
    by_year = table["year"].map(lambda year: next(form for form, (_, last) in FORMS.items() if year <= last))
    table["form"] = table["form"].where(table["form"].isin(FORMS), by_year)
    return table.drop_duplicates(["issuer", "year", "code"])


def find_values(reports: pd.DataFrame, series: pd.Series) -> pd.Series:
    """The series for each issuer and year: the sum of its codes in the report's form, if all of them are there."""
    wide = reports.pivot(index=["issuer", "year", "form"], columns="code", values="value")
    values = pd.Series(float("nan"), index=wide.index)
    for form in FORMS:
        codes = str(series[f"codes_{form}"]).split("+")
        rows = wide.index.get_level_values("form") == form
        parts = wide.reindex(columns=codes)[rows]
        values[rows] = parts.sum(axis=1, min_count=len(codes))
    # Told in prose or derived, a group total stands under the series' own code.
    if series["series"] in wide:
        values = values.fillna(wide[series["series"]])
    return values.droplevel("form")


def plot(name: str, values: pd.Series, series: pd.Series, axes: plt.Axes) -> None:
    for _, of_issuer in values.dropna().groupby(level="issuer"):
        of_issuer.droplevel("issuer").sort_index().plot(ax=axes, marker="o")
    for year, fit in ((2018.5, series["fit_2014_2019"]), (2020.5, series["fit_2019_2021"])):
        if fit in STYLES:
            axes.axvline(year, color="grey", linestyle=STYLES[fit], linewidth=1)
    axes.set_title(series["label_en"], fontsize=9)
    axes.set_xlabel("")


def main() -> None:
    reports_name, codebook_name, picture = sys.argv[1:4]
    reports = load_reports(reports_name)
    crosswalk = pd.read_csv(codebook_name, dtype=str).drop_duplicates("code").set_index("code")
    figure, axes = plt.subplots(len(SERIES), 1, figsize=(8, 2.2 * len(SERIES)), sharex=True, layout="constrained")
    columns = {}
    for name, axis in zip(SERIES, axes, strict=True):
        columns[name] = find_values(reports, crosswalk.loc[name])
        plot(name, columns[name], crosswalk.loc[name], axis)
    figure.savefig(picture)
    print(pd.DataFrame(columns).sort_index().to_string())


main()
