#!/bin/bash
# sl-fetch itself checks which references may be opened: the process that asks has parsed untrusted content, and may be
# compromised.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
echo secret > secret.txt
echo segment > list.ts
mkdir in && echo inside > in/a.ts && ln -s ../secret.txt in/link.ts
start_server
"$SL_PYTHON" - "$port" << 'END'
import os, sys
from fetcher import Failure, Fetcher
own, here = f"http://127.0.0.1:{sys.argv[1]}", os.getcwd()

def status(fetcher, number, reference):
    try:
        fetcher.open(number, reference)
        return 0
    except Failure as failure:
        assert b"\n" not in failure.args[1].encode()
        return failure.args[0]

fetcher = Fetcher(own + "/list.ts", "--allow", "in/")
refused = ["/etc/passwd", "secret.txt", "in/../secret.txt", "in/link.ts", "in", here + "/secret.txt", "in//../../secret.txt",
           "file:///etc/passwd", f"file://{here}/in/a.ts", "data:,x", "subfile,,start,0,end,9,,:in/a.ts", "crypto:in/a.ts",
           "http://localhost:1/x", own.replace("http", "https") + "/x", own + "1/x", "http://127.0.0.1/x", "ftp://127.0.0.1/x",
           "//127.0.0.1/x", "dict://127.0.0.1:1/x", "\0in/a.ts", "", "in/a.ts/../../secret.txt"]
for number, reference in enumerate(refused, 1):
    assert status(fetcher, number, reference) in (77, 66), reference
assert status(fetcher, 50, own + "/list.ts") == 0 and fetcher.ask(0, 100, resource=50) == b"segment\n"
assert status(fetcher, 51, "in/a.ts") == 0 and fetcher.ask(2, 100, resource=51) == b"side\n"
assert status(fetcher, 52, own + "/none.ts") == 66
for number in range(100, 400):
    last = status(fetcher, number, "in/a.ts")
assert last == 78, "any number of files can be open"
assert fetcher.ask(0, 100) == b"segment\n"
assert fetcher.close() == 0
for text in (b"x" * 100, b"\0" * 100):  # malformed requests end it
    fetcher = Fetcher(own + "/list.ts")
    fetcher.socket.sendall(text)
    assert fetcher.process.wait(timeout=10) == 70
END
! grep -v '^/\(list\|none\).ts' requests.log || fail "another file was requested"
