// An input is looked at once for each picture of the master, so nothing has to wait for it.

#include "tools/composite/returning_layers.h"

namespace sl {

using wire::Type;

std::optional<wire::Header> ReturningLayers::take(std::size_t input, bool is_live) {
  Layer& layer = layers_[input];
  if (layer.state == State::Here) ask_again(input, is_live);
  if (layer.state == State::Asked && inputs_.has_returned(input)) layer = {State::Came, {}};
  return layer.state == State::Came ? read_header(input) : std::nullopt;
}

// Begin an input again, once its CLOSE has come, or it is lost.
void ReturningLayers::ask_again(std::size_t input, bool is_live) {
  if (!inputs_.may_return(input)) return;
  if (!inputs_.lost(input)) {
    Source& source = inputs_.source(input);
    if (source.would_wait(wire::header_bytes)) return;
    const auto head = source.peek(wire::header_bytes);
    const bool closes = !head.empty() && static_cast<Type>(head[0]) == Type::Close;
    if (wire::looks_like_wire(head) || (closes && source.buffered() > wire::header_bytes)) {
      if (is_live) layers_[input].state = State::Came;
      return;
    }
    if (!closes) {
      (void)inputs_.use(input, [](Reader& in) { (void)in.next(); });
      return;
    }
  }
  inputs_.ask_again(input);
  layers_[input].state = State::Asked;
}

// Read the header as far as it is there.
std::optional<wire::Header> ReturningLayers::read_header(std::size_t input) {
  Layer& layer = layers_[input];
  std::optional<wire::Header> first;
  const bool is_there = inputs_.use(input, [&](Reader& in) {
    while (!first && inputs_.has_record(input)) {
      const auto record = in.next();
      if (!record) return;
      if (!layer.header.take(in, *record)) first = record;
    }
  });
  if (!is_there || first || inputs_.reader(input).finished()) layer = {};
  return first;
}

void ReturningLayers::refuse(std::size_t input) {
  inputs_.ask_again(input);
  layers_[input].state = State::Asked;
}

}  // namespace sl
