// libavutil's AES.

#include "formats/av/read/aes_reader.h"

extern "C" {
#include <libavutil/aes.h>
#include <libavutil/mem.h>
}

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "formats/av/av_memory.h"
#include "libcore/base/error.h"

namespace sl::av {

namespace {

std::array<std::uint8_t, 16> from_hexadecimal(const std::string& text, const std::string& name) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size() && text.size() == 2 * bytes.size(); ++i) {
    const char* const digits = text.data() + 2 * i;
    if (std::from_chars(digits, digits + 2, bytes[i], 16).ptr != digits + 2) break;
    if (i + 1 == bytes.size()) return bytes;
  }
  throw Error(Status::Data, name + ": has no key of 16 bytes");
}

}  // namespace

void AesReader::Free::operator()(AVAES* aes) const { av_free(aes); }

AesReader::AesReader(std::string name, const std::string& key, const std::string& iv, Read read)
    : name_(std::move(name)), read_(std::move(read)), aes_(av_aes_alloc()), iv_(from_hexadecimal(iv, name_)) {
  check_allocated(aes_.get());
  av_aes_init(aes_.get(), from_hexadecimal(key, name_).data(), 128, 1);
}

// Decrypt all blocks except the last one received: it may be the padding.
void AesReader::fill() {
  plain_.clear();
  taken_ = 0;
  while (!at_end_ && encrypted_.size() <= block) {
    constexpr std::size_t piece = 32 << 10;
    const std::size_t before = encrypted_.size();
    encrypted_.resize(before + piece);
    const std::size_t count = read_(std::span(encrypted_).subspan(before));
    encrypted_.resize(before + count);
    at_end_ = count == 0;
  }
  if (at_end_ && encrypted_.empty()) return;
  if (at_end_ && encrypted_.size() % block != 0) throw Error(Status::Data, name_ + ": is encrypted, and cut off");
  const std::size_t blocks = at_end_ ? encrypted_.size() / block : (encrypted_.size() - 1) / block;
  plain_.resize(blocks * block);
  av_aes_crypt(aes_.get(), reinterpret_cast<std::uint8_t*>(plain_.data()),
               reinterpret_cast<const std::uint8_t*>(encrypted_.data()), static_cast<int>(blocks), iv_.data(), 1);
  encrypted_.erase(encrypted_.begin(), encrypted_.begin() + static_cast<std::ptrdiff_t>(blocks * block));
  if (!at_end_) return;
  const auto padding = std::to_integer<std::size_t>(plain_.back());
  const bool good = padding >= 1 && padding <= block &&
                    std::all_of(plain_.end() - static_cast<std::ptrdiff_t>(std::min(padding, block)), plain_.end(),
                                [&](std::byte b) { return b == plain_.back(); });
  if (!good) throw Error(Status::Data, name_ + ": cannot be decrypted: it is another key, or damaged");
  plain_.resize(plain_.size() - padding);
}

std::size_t AesReader::read(std::span<std::byte> into) {
  while (taken_ == plain_.size()) {
    if (at_end_ && encrypted_.empty()) return 0;
    fill();
  }
  const std::size_t count = std::min(into.size(), plain_.size() - taken_);
  std::memcpy(into.data(), plain_.data() + taken_, count);
  taken_ += count;
  return count;
}

}  // namespace sl::av
