// sl-send: the stream to another machine, or another process of this one, where sl-recv passes it on.

#include <optional>

#include "libcore/bytes/standard_output.h"
#include "libcore/hop/keys.h"
#include "libcore/hop/outgoing.h"
#include "libcore/hop/way.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/tool.h"

namespace {

void describe(sl::Tool& tool) {
  tool.example("sl-send --listen 127.0.0.1:7000 in.jpg & sl-recv 127.0.0.1:7000 -o out.png",
               "within one machine; to another one sl-send :7000 there, and sl-recv HOST:7000 here");
  tool.example("(umask 077; sl-send --make-psk door > psk)", "a key, which both ends need");
  tool.describe(
      "Either end may listen, the other one connects. Over TCP the connection is TLS 1.3, and both ends prove that they "
      "have the same key; without a key only the loopback addresses and Unix sockets are used, where the other end must "
      "belong to the same user.");
  tool.describe(
      "It ends with 0 when sl-recv has written the whole stream to its output, not earlier. A failure here or in a stage "
      "before reaches the stages behind sl-recv with its cause; one there ends this command with the cause, and a reader "
      "there that needs no more ends it quietly. A connection that breaks is a failure, 79, at both ends. Both ends send "
      "a sign of life each second, also while the stream waits: a reader that is slow holds up the source, and only a "
      "line that is silent for --timeout is dead.");
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-send", "Send the stream to sl-recv, on another machine or on this one.");
  describe(tool);
  sl::hop::Way way(sl::hop::Role::Send);
  sl::hop::NewKey key;
  way.bind(tool);
  tool.option("--make-psk", key, "NAME",
              "print a line with a new key of this name for the file of --psk, and send nothing");
  tool.accept_compressed();
  tool.stage_if(key.wanted, sl::Tool::Manager([&key] {
                  sl::print(sl::hop::make_key(key.name));
                  return 0;
                }),
                {"--make-psk"});
  tool.check([&] {
    if (!key.wanted) way.check();
  });
  tool.prepare([&](sl::SandboxPlan& plan) {
    if (!key.wanted) way.open(plan);
  });
  return tool.run(argc, argv, [&](sl::Reader& in) { sl::hop::Outgoing(way).run(in); });
}
