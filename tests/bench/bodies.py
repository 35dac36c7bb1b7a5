#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the request bodies of the benchmark into the folder named as argument (default: the current one)."""
import json
import pathlib
import random
import sys

WORDS = 'the quick brown fox jumps over a lazy dog while "quoted" text\nand newlines, numbers 12345 and unicode é appear in prompts'.split(" ")


def body(size, stream=False, user=None):
    rng = random.Random(1)
    head = {"model": "gpt-4o-mini"}
    if user:
        head["user"] = user
    doc = {**head, "stream": stream, "temperature": 0.7, "max_tokens": 512,
           "messages": [{"role": "system", "content": "You are a helpful assistant."}]}

    def text():
        return json.dumps(doc, ensure_ascii=False, separators=(",", ":")).encode()

    turn = 0
    length = len(text())
    while size - length > 80:
        want = min(size - length - 45, 2000 if size < 200_000 else 20_000)
        text_so_far = rng.choice(WORDS)
        while len(text_so_far) < want:
            text_so_far += " " + rng.choice(WORDS)
        content = text_so_far[:want]
        doc["messages"].append({"role": "user" if turn % 2 == 0 else "assistant", "content": content})
        turn += 1
        length += len(json.dumps(doc["messages"][-1], ensure_ascii=False, separators=(",", ":")).encode()) + 1
    return text()


folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
folder.mkdir(parents=True, exist_ok=True)
for name, size in (("1k", 1_000), ("10k", 10_000), ("100k", 100_000), ("5m", 5_000_000)):
    (folder / f"body-{name}.json").write_bytes(body(size))
for mode in ("m0", "m1", "m5000", "m20000", "m50000"):
    (folder / f"stream-{mode}.json").write_bytes(body(1_000, True, mode))
