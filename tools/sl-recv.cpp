// sl-recv: the stream that sl-send sends from another machine, or from another process of this one.

#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/hop/incoming.h"
#include "libcore/hop/way.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-recv", "Receive the stream of sl-send, from another machine or from this one.");
  tool.example("sl-send 127.0.0.1:7001 in.jpg & sl-recv --listen 127.0.0.1:7001 | sl-encode .png > out.png",
               "within one machine; from another one sl-send HOST:7001 there, and sl-recv :7001 here");
  tool.describe(
      "Either end may listen, the other one connects; see sl-send for keys. A connection that does not prove a key gets "
      "a line here, and the wait continues.");
  tool.describe(
      "The stream is checked record by record and passed on as it came. It reports to sl-send when all of it is written, "
      "and when its own reader needs no more. If the connection breaks, it ends with 79, and the stages behind it get "
      "ABORT with the cause.");
  sl::hop::Way way(sl::hop::Role::Receive);
  way.bind(tool);
  std::optional<sl::hop::Incoming> incoming;
  tool.check([&] { way.check(); });
  tool.prepare([&](sl::SandboxPlan& plan) {
    way.open(plan);
    incoming.emplace(way);
  });
  tool.after_close([&] { incoming->confirm(); });
  tool.on_failure([&](const sl::Error& error) {
    if (incoming) incoming->fail(error);
    return std::string();
  });
  return tool.run(argc, argv, [&](sl::Writer& out) { incoming->run(out); });
}
