# SPDX-License-Identifier: Apache-2.0
"""A file of invoices in the layout of the UCI "Online Retail" data, made by us, and what any such file has to come to."""
import csv
import datetime
import decimal
import gzip
import io
import random

COLUMNS = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
PENNY = decimal.Decimal("0.01")


def make(path, seed, invoices=400):
    """Writes some weeks of trade: sales to customers and guests, returns with and without their sale, adjustments, bad debts."""
    chance = random.Random(seed)
    articles = [(f"{20_000 + number}{chance.choice(['', '', 'A', 'b'])}", f"GIFT NUMBER {number} ", f"{chance.randint(10, 1_500) / 100:.2f}")
                for number in range(120)]
    moment = datetime.datetime(2011, 1, 10, 8, 0)
    rows, bought = [], []
    for number in range(500_000, 500_000 + invoices):
        moment += datetime.timedelta(minutes=chance.randint(0, 90))
        customer = "" if chance.random() < 0.25 else f"{12_000 + chance.randint(0, 60)}.0"
        country = chance.choice(["United Kingdom", "United Kingdom", "Germany", "EIRE", "Unspecified"])
        at, kind = moment.strftime("%Y-%m-%d %H:%M:%S"), chance.random()
        if kind < 0.08 and bought:
            code, title, price, units, buyer = bought.pop(chance.randrange(len(bought)))
            rows.append([f"C{number}", code, title, -chance.randint(1, units), at, price, buyer, country])
        elif kind < 0.10:
            code, title, price = chance.choice(articles)
            rows.append([f"C{number}", code, title, -chance.randint(1, 5), at, price, "", country])
        elif kind < 0.13:
            code, _, _ = chance.choice(articles)
            rows.append([number, code, chance.choice(["damaged", "?", "", "wet pallet"]), -chance.randint(1, 20), at, "0.0", "", country])
        elif kind < 0.135:
            rows.append([f"A{number}", "B", "Adjust bad debt", 1, at, "-110.62", "", country])
        else:
            for code, title, price in chance.sample(articles, chance.randint(1, 25)):
                units = chance.choice([1, 1, 2, 3, 6, 12, 24, 144])
                price = price if chance.random() > 0.02 else "0.001"
                code = code if chance.random() > 0.1 else code.swapcase()
                rows.append([number, code, title, units, at, price, customer, country])
                if customer and price != "0.001":
                    bought.append((code, title, price, units, customer))
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([COLUMNS, *rows])


def _records(path):
    with gzip.open(path) if str(path).endswith(".gz") else open(path, "rb") as file:
        yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""))


class Expected:
    """The sums of a file, worked out here without the program's help. Each line's money is rounded to the penny by itself."""

    def __init__(self, path):
        self.invoices, self.orders = set(), set()
        self.rows = self.lines = self.units_out = self.units_back = 0
        self.revenue = self.value = decimal.Decimal(0)
        for row in _records(path):
            self._take(row)

    def _take(self, row):
        number, units, price = row["InvoiceNo"], int(row["Quantity"]), decimal.Decimal(row["UnitPrice"])
        self.rows += 1
        self.invoices.add(number)
        self.value += units * price
        self.revenue += (units * price).quantize(PENNY, decimal.ROUND_HALF_UP)
        self.units_out += max(units, 0)
        self.units_back += max(-units, 0)
        if number[0] not in "AC" and units > 0:
            self.orders.add(number)
            self.lines += 1
