"""Reads figures out of handfast's result.json for the scripts of this folder.

  result.py RESULT FIELD         one value by its path: valid, load.fleets.0.planned
  result.py RESULT above LATENCY NS     samples of load.fleets.0.latency.LATENCY above NS
  result.py RESULT bins LATENCY FROM TO COUNT   samples in COUNT equal bins between FROM and TO ns, one line
"""
import base64
import json
import struct
import sys
import zlib


def counts(encoded):
    """(upper bound in ns, samples) of an HdrHistogram V2 text with three significant digits."""
    plain = zlib.decompress(base64.b64decode(encoded)[8:])
    length = struct.unpack(">I", plain[4:8])[0]
    index, number, shift = 0, 0, 0
    for byte in plain[40:40 + length]:
        last = shift == 56 or byte < 0x80
        number |= (byte if shift == 56 else byte & 0x7F) << shift
        shift += 7
        if not last:
            continue
        value = (number >> 1) ^ -(number & 1)
        number = shift = 0
        if value > 0:
            bucket = 0 if index < 2048 else (index >> 10) - 1
            yield ((index - (bucket << 10) + 1) << bucket) - 1, value
        index += -value if value < 0 else 1


def at(value, path):
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        result = json.load(file)
    if len(arguments) == 2:
        value = at(result, arguments[1])
        print("\n".join(value) if isinstance(value, list) else json.dumps(value).strip('"'))
        return
    samples = list(counts(at(result, f"load.fleets.0.latency.{arguments[2]}.hdr")))
    if arguments[1] == "above":
        print(sum(count for upper, count in samples if upper > int(arguments[3])))
        return
    low, high, bins = (int(text) for text in arguments[3:6])
    width = (high - low) / bins
    found = [0] * bins
    for upper, count in samples:
        if low < upper <= high:
            found[min(bins - 1, int((upper - low) / width))] += count
    print(*found)


main(sys.argv[1:])
