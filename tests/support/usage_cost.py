#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes the expected cost of every usage vector from its token classes and price, with decimal arithmetic.

usage_cost.py check   compares with usage_vectors.json and exits 1 on a difference
usage_cost.py write   fills expected.costNanoUsd in usage_vectors.json

1 USD per million tokens = 1,000 nano-USD per token. One rounding, half up, at the very end.
"""
import json
import pathlib
import sys
from decimal import ROUND_HALF_UP, Decimal

FILE = pathlib.Path(__file__).with_name("usage_vectors.json")


def cost_nano_usd(classes, price):
    def tokens(name):
        return Decimal(classes.get(name, 0))

    prompt = tokens("input") + tokens("cachedInput") + tokens("cacheWrite")
    rates = dict(price)
    for tier in sorted(price.get("tiers", []), key=lambda t: t["inputTokensAbove"]):
        if prompt > tier["inputTokensAbove"]:
            rates.update(tier)

    def rate(name, *fallbacks):
        for key in (name, *fallbacks):
            if key in rates:
                return Decimal(str(rates[key]))
        return Decimal(0)

    usd_per_million = (
        (tokens("input") - tokens("inputAudio")) * rate("inputUsdPerMTok")
        + tokens("inputAudio") * rate("inputAudioUsdPerMTok", "inputUsdPerMTok")
        + tokens("cachedInput") * rate("cacheReadUsdPerMTok", "inputUsdPerMTok")
        + (tokens("cacheWrite") - tokens("cacheWrite1h")) * rate("cacheWriteUsdPerMTok", "inputUsdPerMTok")
        + tokens("cacheWrite1h") * rate("cacheWrite1hUsdPerMTok", "cacheWriteUsdPerMTok", "inputUsdPerMTok")
        + (tokens("output") - tokens("outputAudio")) * rate("outputUsdPerMTok")
        + tokens("outputAudio") * rate("outputAudioUsdPerMTok", "outputUsdPerMTok")
    )
    nano = usd_per_million * 1000 * Decimal(str(price.get("multiplier", 1)))
    nano += tokens("webSearches") * rate("webSearchUsdPer1000") * 1_000_000
    return int(nano.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def expected_cost(vector):
    expected = vector["expected"]
    if expected["costState"] == "reported":
        return expected["costNanoUsd"]
    if vector["price"] is None:
        return None
    return cost_nano_usd(expected, vector["price"])


def main():
    write = sys.argv[1:] == ["write"]
    document = json.loads(FILE.read_text(encoding="utf-8"))
    wrong = 0
    for vector in document["vectors"]:
        cost = expected_cost(vector)
        if write:
            vector["expected"]["costNanoUsd"] = cost
        elif vector["expected"].get("costNanoUsd", "missing") != cost:
            wrong += 1
            print(vector["id"], vector["expected"].get("costNanoUsd"), "should be", cost)
    if write:
        head = {k: v for k, v in document.items() if k != "vectors"}
        rows = ",\n".join(json.dumps(v, ensure_ascii=False) for v in document["vectors"])
        FILE.write_text(json.dumps(head, ensure_ascii=False)[:-1] + ',\n"vectors":[\n' + rows + "\n]}\n", encoding="utf-8")
    else:
        print(len(document["vectors"]), "vectors,", wrong, "wrong")
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
