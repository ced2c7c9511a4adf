// AES-128 in CBC mode with the padding of PKCS #7, as segments of HLS are encrypted (RFC 8216, 4.3.2.4).

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct AVAES;

namespace sl::av {

class AesReader {
 public:
  using Read = std::function<std::size_t(std::span<std::byte>)>;  // 0 at the end

  // `key` and `iv` are 32 hexadecimal digits. Throw Data if they are not.
  AesReader(std::string name, const std::string& key, const std::string& iv, Read read);

  // 0 at the end. Throw Data if the text is cut off or its padding is wrong: another key, or damage.
  [[nodiscard]] std::size_t read(std::span<std::byte> into);

 private:
  static constexpr std::size_t block = 16;
  struct Free {
    void operator()(AVAES* aes) const;
  };
  void fill();

  std::string name_;
  Read read_;
  std::unique_ptr<AVAES, Free> aes_;
  std::array<std::uint8_t, block> iv_{};
  std::vector<std::byte> encrypted_, plain_;
  std::size_t taken_ = 0;  // of plain_
  bool at_end_ = false;
};

}  // namespace sl::av
