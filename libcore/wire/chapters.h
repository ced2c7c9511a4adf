// Chapters of a film: the attachment `chapters` of the whole stream (docs/wire-format.md, ATTACHMENT).

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/rational.h"
#include "libcore/wire/wire.h"

namespace sl {

class Reader;
class Writer;

struct Chapter {
  std::int64_t start = 0, end = no_time;  // ns, on the clock of the tracks' pts; no_time: up to the next one
  std::string title;
};

[[nodiscard]] std::string write_chapters(const std::vector<Chapter>& chapters);
// Throw Error(Wire) if it breaks the specification, Error(Limit) if it is over --max-metadata.
[[nodiscard]] std::vector<Chapter> read_chapters(std::string_view json);

// If the record is the chapters of the whole stream, write them with `change` applied to each, which returns whether
// the chapter stays. Otherwise pass the record on.
using ChangeOfChapter = std::function<bool(Chapter& chapter)>;
void pass_with_chapters(Reader& in, const wire::Header& record, Writer& out, const ChangeOfChapter& change);

}  // namespace sl
