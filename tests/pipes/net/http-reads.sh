#!/bin/bash
# sl-fetch returns the file's bytes at any offset, by few requests and bytes (nginx).
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
start_nginx
head -c 100000000 /dev/urandom > film
"$SL_PYTHON" - "$url/film" << 'END'
import random, sys
from fetcher import Fetcher
url, data = sys.argv[1], open("film", "rb").read()
end, KiB = len(data), 1 << 10

def check(what, reads, most_requests, most_bytes):
    fetcher = Fetcher(url)
    assert fetcher.size == end and fetcher.ranges == 1
    for offset, length in reads:
        assert fetcher.read(offset, length) == data[offset:offset + length], (what, offset, length)
    fetcher.ask(0, 0)
    summary = f"{what}: {fetcher.requests} requests, {fetcher.fetched} bytes"
    print(summary)
    assert fetcher.requests <= most_requests and fetcher.fetched <= most_bytes, summary
    assert fetcher.close() == 0

check("a header", [(0, 100)], 1, 512 * KiB)
check("index first", [(0, 700 * KiB)], 4, 1.5e6)
check("index at the end", [(0, 32), (end - 300_000, 300_000), (48, 400 * KiB)], 4, 1.5e6)
check("nine places", [(i * end // 9, 200 * KiB) for i in range(9)], 10, 0.03 * end)
check("again from the cache", [(0, 200 * KiB)] * 20, 1, 512 * KiB)
check("all of it", [(0, end)], 12, end)
check("beyond the end", [(end - 10, 20), (end + 5, 5)], 3, 800 * KiB)

def check_foreseen(what, reads, requests, most_bytes):
    fetcher = Fetcher(url)
    for offset, length, until in reads:
        assert fetcher.read(offset, length, until=until) == data[offset:offset + length], (what, offset, length)
    fetcher.ask(0, 0)
    summary = f"{what}: {fetcher.requests} requests, {fetcher.fetched} bytes"
    print(summary)
    assert fetcher.requests == requests and fetcher.fetched <= 512 * KiB + most_bytes, summary
    assert fetcher.close() == 0

MB, block = 1_000_000, 32 * KiB
check_foreseen("as announced", [(20 * MB, MB, 21 * MB), (50 * MB, 7000, 50 * MB + 7000)], 3, MB + 7000 + 2 * block)
check_foreseen("a long way as announced", [(20 * MB, 30 * MB, 50 * MB)], 2, 30 * MB + block)
check_foreseen("more than announced", [(20 * MB, 200 * KiB, 20 * MB + 100 * KiB)], 3, 356 * KiB + 2 * block)
check_foreseen("less than announced", [(20 * MB, 100 * KiB, 90 * MB), (10 * MB, 100, 10 * MB + 100)], 3, 16 << 20)
check_foreseen("announced beyond the end", [(end - 1000, 2000, 1 << 61)], 2, 1000 + block)
check_foreseen("announced backwards", [(20 * MB, 1000, 10 * MB)], 2, 256 * KiB + block)

random.seed(7)
places = [random.randrange(end) for _ in range(12)]
check("at random", [(max(0, random.choice(places) + random.randrange(-400_000, 400_000)),
                     random.choice([1, 3000, 70_000, 900_000])) for _ in range(300)], 400, 3e8)
END
