# SPDX-License-Identifier: Apache-2.0
"""The whole year of the UCI "Online Retail" data, its messages doubled, shuffled and lost: the same state as without, to the unit and the penny."""
import decimal
import os
import pathlib

import invoices
from harness import Folder, check
from replay import MANGLED, comes_to, replay

# As the data set's description counts them.
ROWS, INVOICES, VALUE, UNITS_OUT, UNITS_BACK = 541_909, 25_900, decimal.Decimal("9747747.934"), 5_660_981, 484_531
# Of the slowest machine, while the other parts run beside it.
SECONDS = 2_400


# The state at the end of the clean run. A change that alters it on purpose records it anew: `Tests/BlackBox/run year-clean` prints it.
STATE = "97e29988645057177be1100c04f210c353b45bc9808db56ed0bec81e3ca8af35"


def run_year(name, words):
    datasets = os.environ.get("TRIBUTARY_DATASETS")
    if not datasets:
        return "left out: TRIBUTARY_DATASETS names no folder with uci-online-retail"
    file = pathlib.Path(datasets) / "uci-online-retail" / "online-retail.csv.gz"
    check(file.is_file(), f"there is no {file}")
    expected = invoices.Expected(file)
    read = (expected.rows, len(expected.invoices), expected.value, expected.units_out, expected.units_back)
    check(read == (ROWS, INVOICES, VALUE, UNITS_OUT, UNITS_BACK), f"the file is not the one that was meant: {read}")
    with Folder() as folder:
        report = replay(folder, name, "--orders", file, *words, seconds=SECONDS)
    comes_to(report, expected, name)
    check(report["stateHash"] == STATE, f"{name}: the stateHash {report['stateHash']} is not the clean run's {STATE}")
    return f"{len(expected.orders)} orders, {expected.units_out} units out, {expected.units_back} back, {expected.revenue} GBP, state {STATE[:12]}"


def part():
    return run_year("year-mangled", [*MANGLED, 7])


def clean():
    return run_year("year", [])
