#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs in to a running console, visits every page on a phone and on a desk, and keeps a picture of each.

    look.py http://127.0.0.1:8080 --email owner@example.test --password '…' --out pictures

Fails on a page that is wider than its window, on anything the browser's console calls an error, and on HTTP errors.
Needs Debian's chromium and chromium-driver, and Selenium from PyPI.
"""
import argparse
import pathlib
import sys
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

SIZES = {"desk": (1440, 1000), "phone": (390, 844)}
FIXED = ["/", "/?period=week", "/?period=month", "/orders", "/orders?status=open", "/orders?attention=1", "/products", "/channels",
         "/channels/new", "/exceptions"]
# The first link of each kind that a page shows is visited too.
FOUND = [("/orders", "a[href^='/orders/']"), ("/orders?status=open", "a[href^='/orders/']"), ("/orders?attention=1", "a[href^='/orders/']"),
         ("/products", "a[href^='/products/']"), ("/channels", "a.account[href^='/channels/']"), ("/exceptions", "section a[href^='/exceptions/']")]


def browser(size, dark):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars", f"--window-size={size[0]},{size[1]}"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600})
    if dark:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    return driver


def statuses(driver):
    import json
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.responseReceived":
            response = message["params"]["response"]
            yield response["url"], response["status"]


class Look:
    def __init__(self, base, out):
        self.base, self.out, self.problems = base.rstrip("/"), pathlib.Path(out), []
        self.out.mkdir(parents=True, exist_ok=True)

    def check(self, driver, name, path):
        for url, status in statuses(driver):
            if status >= 400:
                self.problems.append(f"{name} {path}: HTTP {status} from {url}")
        for entry in driver.get_log("browser"):
            if entry["level"] == "SEVERE":
                self.problems.append(f"{name} {path}: {entry['message']}")
        wide = driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            culprit = driver.execute_script(
                "return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)"
                ".map(e => e.tagName + '.' + e.className).slice(0, 4).join(' ')")
            self.problems.append(f"{name} {path}: {wide} px wider than the window ({culprit})")

        for box in driver.execute_script(
                "return [...document.querySelectorAll('.card, .head, .side')].filter(e => e.scrollWidth > e.clientWidth + 1)"
                ".map(e => e.id || e.className)"):
            self.problems.append(f"{name} {path}: something sticks out of {box}")

    def visit(self, driver, name, path):
        driver.get(self.base + path)
        self.check(driver, name, path)
        height = driver.execute_script("return Math.min(document.documentElement.scrollHeight, 2600)")
        width = SIZES[name.split("-")[0]][0]
        file = urllib.parse.quote(path.strip("/") or "overview", safe="").replace("%", "_")[:80]
        picture = driver.execute_cdp_cmd("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}})
        import base64
        (self.out / f"{name}-{file}.png").write_bytes(base64.b64decode(picture["data"]))

    def all(self, driver, name, email, password):
        self.visit(driver, name, "/sign-in")
        driver.find_element(By.ID, "email").send_keys(email)
        driver.find_element(By.ID, "password").send_keys(password)
        driver.find_element(By.CSS_SELECTOR, "form button").click()
        try:
            WebDriverWait(driver, 20).until(lambda driver: "/sign-in" not in driver.current_url)
        except TimeoutException:
            self.problems.append(f"{name}: could not sign in")
            return
        paths = list(FIXED)
        for page, selector in FOUND:
            driver.get(self.base + page)
            # In one go: live parts of a page are replaced at any moment.
            links = driver.execute_script("return [...document.querySelectorAll(arguments[0])].map(e => e.href)", selector)
            if links:
                link = urllib.parse.urlsplit(links[0])
                paths.append(link.path)
                if link.path.startswith("/products/"):
                    paths += [f"{link.path}/why?number=available", f"{link.path}/why?number=published"]
        for path in dict.fromkeys(paths):
            self.visit(driver, name, path)
        driver.get(self.base + "/there-is-nothing-here")
        list(statuses(driver)), driver.get_log("browser")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--out", default="pictures")
    parser.add_argument("--dark", action="store_true", help="also in the dark colours")
    arguments = parser.parse_args()
    look = Look(arguments.base, arguments.out)
    for name, size in SIZES.items():
        for dark in [False, True] if arguments.dark else [False]:
            driver = browser(size, dark)
            try:
                look.all(driver, name + ("-dark" if dark else ""), arguments.email, arguments.password)
            finally:
                driver.quit()
    for problem in look.problems:
        print(problem)
    print(f"{len(list(look.out.glob('*.png')))} pictures in {look.out}, {len(look.problems)} problems")
    sys.exit(1 if look.problems else 0)


if __name__ == "__main__":
    main()
