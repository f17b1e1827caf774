"""Answers each line of keys with what CPython's mmh3 and hashlib take for them, and what they add up to."""

import hashlib
import json
import sys
import time

import mmh3


def murmur3(keys, cells):
    hash128 = mmh3.hash128
    return [hash128(key, signed=False) % cells for key in keys]


def sha256(keys, cells):
    return [int.from_bytes(hashlib.sha256(key.encode()).digest(), "big") % cells for key in keys]


for line in sys.stdin:
    question = json.loads(line)
    answer = {}
    for name, place in {"murmur3": murmur3, "sha256": sha256}.items():
        start = time.perf_counter_ns()
        homes = place(question["keys"], question["cells"])
        answer[name] = {"nanoseconds": time.perf_counter_ns() - start, "sum": sum(homes)}
    print(json.dumps(answer), flush=True)
