// The structure of a container as bytes: pieces, each with a head that says how long the piece is. It shows where a
// container ends, whether it is complete, and where another one begins behind it. No codec and no FFmpeg.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sl {

// A piece, as its head describes it.
struct Piece {
  enum class Kind {
    Whole,    // `bytes` from this head to the next one
    Open,     // the same, but the input may end before: the length was not known when it was written
    More,     // the head has at least `bytes` bytes
    End,      // the container ends before this head
    Unknown,  // not understood: nothing is known from here on
  };
  Kind kind = Kind::Unknown;
  std::uint64_t bytes = 0;

  static Piece whole(std::uint64_t bytes) { return {Kind::Whole, bytes}; }
  static Piece open(std::uint64_t bytes = ~std::uint64_t{0}) { return {Kind::Open, bytes}; }
  static Piece more(std::uint64_t bytes) { return {Kind::More, bytes}; }
  static Piece end() { return {Kind::End, 0}; }
  static Piece unknown() { return {}; }
};

// Bytes of a container that FFmpeg must see in another form.
struct Patch {
  std::uint64_t at = 0;
  std::vector<std::byte> bytes;
};

class Structure {
 public:
  Structure() = default;
  virtual ~Structure() = default;
  Structure(const Structure&) = delete;
  Structure& operator=(const Structure&) = delete;

  // Return the piece that begins `at` bytes after the container's start. `head` is at least as long as requested by
  // More, unless the input ends; it is never empty.
  virtual Piece next(std::uint64_t at, std::span<const std::byte> head) = 0;
  // Describe what is missing if the container ends here, behind a piece: "is truncated: ..."; nothing if it is
  // complete.
  [[nodiscard]] virtual std::optional<std::string> lack(std::uint64_t at) const;
  // What bytes at the input's end are that are too few for a head.
  enum class Rest {
    Lack,     // the container is truncated
    Own,      // they belong to the container
    Foreign,  // they have no meaning for it, as behind sound of separate frames
  };
  [[nodiscard]] virtual Rest rest() const { return Rest::Lack; }

  [[nodiscard]] const std::vector<Patch>& patches() const { return patches_; }
  // From the container's start, if it is known; before the first piece.
  void set_input_size(std::uint64_t size) { input_size_ = size; }

 protected:
  // Let FFmpeg read to the input's end, or as good as for ever: a length of 64 bits at `at`, for what begins at `from`.
  void patch_length(std::uint64_t at, std::uint64_t from);

  std::vector<Patch> patches_;
  std::optional<std::uint64_t> input_size_;
};

// Return the structure of a container that FFmpeg's demuxer of this name reads, or null if it is not known. `head` is
// its start.
[[nodiscard]] std::unique_ptr<Structure> find_structure(std::string_view demuxer, std::span<const std::byte> head);

// Return whether a container begins with `rest`, surely: it has a signature.
[[nodiscard]] bool begins_container(std::span<const std::byte> rest);
constexpr std::size_t signature_bytes = 256;

// Return how many bytes behind a container are known to be padding or tags of sound. `rest` are the first of them.
[[nodiscard]] std::size_t padding_after_container(std::span<const std::byte> rest);
// Return the length of the tag (ID3v2) that begins with `rest`, 0 if none does. It begins a file, or ends one.
[[nodiscard]] std::size_t tag_at_container(std::span<const std::byte> rest);

}  // namespace sl
