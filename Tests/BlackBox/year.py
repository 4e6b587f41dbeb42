# SPDX-License-Identifier: Apache-2.0
"""The whole year of the UCI "Online Retail" data, clean and mangled, to the unit and the penny."""
import concurrent.futures
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
    with Folder() as folder, concurrent.futures.ThreadPoolExecutor() as both:
        runs = {name: both.submit(replay, folder, name, "--orders", file, *words, seconds=SECONDS)
                for name, words in [("year", []), ("year-mangled", [*MANGLED, 7])]}
        clean, mangled = (runs[name].result() for name in runs)
        for name in runs:
            comes_to(runs[name].result(), expected, name)
        check(mangled["stateHash"] == clean["stateHash"], f"the stateHash {mangled['stateHash']} is not the clean run's {clean['stateHash']}")
    return f"{len(expected.orders)} orders, {expected.units_out} units out, {expected.units_back} back, {expected.revenue} GBP"
