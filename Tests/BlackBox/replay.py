# SPDX-License-Identifier: Apache-2.0
"""A business is replayed twice: as it was, and with its messages doubled, shuffled and lost. The books end the same."""
import decimal
import json

import invoices
from harness import Folder, check, free_ports, succeed

MANGLED = ["--duplicate", "1..5", "--shuffle", "1h", "--lose", "5%", "--seed"]


def replay(folder, name, *words, database=None, seconds=300):
    """Runs the demo to its end; returns what it says of it."""
    database = database or f"sqlite:{folder / name}.sqlite"
    out = succeed("demo", "--speed", "max", "--until-done", "--json", "--database", database,
                  "--listen", f"127.0.0.1:{free_ports(1)}", "--twin-port", free_ports(3), *words, seconds=seconds)
    report = json.loads(out.strip().splitlines()[-1], parse_float=decimal.Decimal)
    check(report["violations"] == [], f"{name}: violations {report['violations'][:3]}")
    lag = report["propagationMilliseconds"]
    print(f"  {name}: {report['orders']} orders, {report['seconds']} s, resident {report['residentBytes']:,} bytes, "
          f"propagation p50 {lag['p50']} ms, p99 {lag['p99']} ms, exceptions {json.dumps(report['exceptions'])}", flush=True)
    audited = json.loads(succeed("audit", "--json", "--database", database, seconds=300))
    check(audited == {"violations": []}, f"{name}: the audit afterwards finds {audited}")
    return report


def comes_to(report, expected, name):
    """The report says what the file says."""
    check(report["refusedByShops"] == {}, f"{name}: the shops refused {report['refusedByShops']}")
    found = {key: report[key] for key in ("invoices", "lines", "orders", "placed", "orderLines", "unitsSold", "unitsReturned", "oversold")}
    wanted = {"invoices": len(expected.invoices), "lines": expected.rows, "orders": len(expected.orders), "placed": len(expected.orders),
              "orderLines": expected.lines, "unitsSold": expected.units_out, "unitsReturned": expected.units_back, "oversold": 0}
    check(found == wanted, f"{name}: {found} instead of {wanted}")
    check(report["revenue"] == expected.revenue, f"{name}: revenue {report['revenue']} instead of {expected.revenue}")


def gift_shop(folder):
    """The gift shop runs short on purpose, so what a buyer finds on the shelf, and so the hash, hangs on when the messages came."""
    for name, words in [("gift-shop", []), ("gift-shop-again", []), ("gift-shop-mangled", [*MANGLED, "1"])]:
        report = replay(folder, name, "--days", "2", *words)
        check(report["orders"] > 100, f"{name}: two days are only {report['orders']} orders")
        check(report["orders"] == report["placed"], f"{name}: {report['orders']} orders of {report['placed']} that were placed")


def part():
    with Folder() as folder:
        file = folder / "invoices.csv"
        invoices.make(file, seed=11)
        expected = invoices.Expected(file)
        clean = replay(folder, "invoices", "--orders", file)
        comes_to(clean, expected, "invoices")
        for seed in (7, 8):
            name = f"invoices-mangled-{seed}"
            mangled = replay(folder, name, "--orders", file, *MANGLED, seed)
            comes_to(mangled, expected, name)
            check(mangled["stateHash"] == clean["stateHash"], f"{name}: the stateHash {mangled['stateHash']} is not the clean run's {clean['stateHash']}")
        invoices.make(file, seed=12)
        other = replay(folder, "other-invoices", "--orders", file)
        check(other["stateHash"] != clean["stateHash"], "another business has the same stateHash: it tells nothing")
        gift_shop(folder)
