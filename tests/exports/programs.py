"""The programs that check our journals, and what they make of them."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from bot.domain.money import DECIMALS

BEAN_CHECK = Path(sys.executable).with_name("bean-check")
Sums = Counter[tuple[str, str]]
"""Account and currency to minor units."""


def hledger(text: str, *words: str) -> str:
    program = shutil.which("hledger")
    assert program, "hledger is not installed: run tools/hledger.sh"
    done = subprocess.run(
        [program, "-f", "-", *words], input=text.encode(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    return done.stdout.decode()


def check_hledger(text: str) -> None:
    hledger(text, "check", "--strict")


def check_beancount(text: str, folder: Path) -> None:
    file = folder / "journal.beancount"
    file.write_bytes(text.encode())
    done = subprocess.run([BEAN_CHECK, "--no-cache", file], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), done.stderr.decode()


def hledger_sums(text: str) -> Sums:
    table = hledger(text, "balance", "--flat", "--no-total", "--layout=bare", "-O", "csv")
    sums: Sums = Counter()
    for line in csv.DictReader(io.StringIO(table)):
        sums[line["account"], line["commodity"]] += minor_of(line["balance"], line["commodity"])
    return Counter({key: minor for key, minor in sums.items() if minor})


def beancount_sums(text: str) -> Sums:
    found = re.findall(r"^  ([A-Z][A-Za-z0-9:-]+)  (-?[0-9.]+) ([A-Z]{3})$", text, re.MULTILINE)
    sums: Sums = Counter()
    for account, amount, currency in found:
        sums[account, currency] += minor_of(amount, currency)
    return Counter({key: minor for key, minor in sums.items() if minor})


def minor_of(amount: str, currency: str) -> int:
    whole, _, part = amount.partition(".")
    if part and len(part) != DECIMALS[currency]:
        part = part.ljust(DECIMALS[currency], "0")
    return int(whole + part.ljust(DECIMALS[currency], "0"))
