# SPDX-License-Identifier: Apache-2.0
"""The whole year of the UCI "Online Retail" data, clean and mangled, to the unit and the penny."""
import decimal
import os
import pathlib

import invoices
from harness import Folder, check
from replay import MANGLED, comes_to, replay

# As the data set's description counts them.
ROWS, INVOICES, VALUE, UNITS_OUT, UNITS_BACK = 541_909, 25_900, decimal.Decimal("9747747.934"), 5_660_981, 484_531
SECONDS = 1_500


def part():
    datasets = os.environ.get("TRIBUTARY_DATASETS")
    if not datasets:
        return "left out: TRIBUTARY_DATASETS names no folder with uci-online-retail"
    file = pathlib.Path(datasets) / "uci-online-retail" / "online-retail.csv.gz"
    check(file.is_file(), f"there is no {file}")
    expected = invoices.Expected(file)
    read = (expected.rows, len(expected.invoices), expected.value, expected.units_out, expected.units_back)
    check(read == (ROWS, INVOICES, VALUE, UNITS_OUT, UNITS_BACK), f"the file is not the one that was meant: {read}")
    with Folder() as folder:
        clean = replay(folder, "year", "--orders", file, seconds=SECONDS)
        comes_to(clean, expected, "year")
        mangled = replay(folder, "year-mangled", "--orders", file, *MANGLED, 7, seconds=SECONDS)
        comes_to(mangled, expected, "year-mangled")
        check(mangled["stateHash"] == clean["stateHash"], f"the stateHash {mangled['stateHash']} is not the clean run's {clean['stateHash']}")
    return f"{len(expected.orders)} orders, {expected.units_out} units out, {expected.units_back} back, {expected.revenue} GBP"
