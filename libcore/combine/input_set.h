// One stream made of one stream of each input: they begin together, their headers are read before anything of them is
// passed on, and the reports of their stages are put together.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "libcore/stage/inputs.h"
#include "libcore/wire/stream_header.h"

namespace sl {

class StreamSet {
 public:
  // Both outlive it.
  StreamSet(Inputs& inputs, Writer& out) : inputs_(inputs), out_(out) {}

  // Begin a stream with the next one of each input, read their headers and pass on their stages. Return false if no
  // input has another stream. Throw Data if only some have, NoInput if all inputs are lost, Limit.
  bool begin();
  // Begin another stream with the next one of `leader`, and of each input that `joins` and has another. Return false if
  // the leader has none. The others continue what they are in.
  bool begin_next(std::size_t leader, const std::function<bool(std::size_t input)>& joins);
  // The FRAME or END after an input's header: its reader is at that record. Nothing for an input that is lost, or has
  // not begun this stream.
  [[nodiscard]] const std::optional<wire::Header>& first(std::size_t input) const { return streams_[input].first; }
  // Attachments and events before it.
  [[nodiscard]] const StreamHeader& header(std::size_t input) const { return streams_[input].header; }
  // Drop the headers, once they are passed on.
  void forget_headers();

  // Call these when the reader of an input is at a STAGE or an END.
  void pass_stage(std::size_t input) { pass_stage(input, inputs_.reader(input).stages().back()); }
  void note_end(std::size_t input) { streams_[input].end = inputs_.reader(input).end(); }
  // Ends the stream, with the reports of all ENDs.
  void end();

 private:
  struct InputStream {
    StreamHeader header;
    std::optional<wire::Header> first;
    wire::End end;
  };
  bool start_all();
  bool start(std::size_t input);
  void read_header(std::size_t input);
  void pass_stages();
  void pass_stage(std::size_t input, wire::StageInfo stage);

  Inputs& inputs_;
  Writer& out_;
  std::vector<InputStream> streams_;
};

// Records through which input a stage's stream came: "2", or "2.1" if it came through input 1 of an earlier one.
[[nodiscard]] wire::StageInfo through_input(wire::StageInfo stage, std::size_t input);

}  // namespace sl
