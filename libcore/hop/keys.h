// Pre-shared keys: a file of lines NAME:HEX, as GnuTLS, QEMU and nbdkit have them.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sl::hop {

struct Key {
  std::string name;
  std::vector<unsigned char> secret;
};

class Keys {
 public:
  Keys() = default;
  // Read a file. Throw NoInput, NotPermitted (others may read it), Data (a line that is no key), Limit.
  explicit Keys(const std::string& path);
  // Read the file of a default place, if there is one: $CREDENTIALS_DIRECTORY/psk, ~/.config/streamlib/psk.
  [[nodiscard]] static Keys found();

  [[nodiscard]] bool empty() const { return keys_.empty(); }
  // The key that this side names when it connects: the first line.
  [[nodiscard]] const Key& own() const { return keys_.front(); }
  // Return the key of a name; null if it is unknown.
  [[nodiscard]] const Key* find(std::string_view name) const;

 private:
  std::vector<Key> keys_;
};

// Whether a text is 1 to 64 letters, digits, '.', '_' and '-', not beginning with '.': names of keys.
[[nodiscard]] bool is_name(std::string_view text);

// The value of --make-psk.
struct NewKey {
  std::string name;
  bool wanted = false;
};
void parse_value(std::string_view option, std::string_view text, NewKey& value);

// Return a new line "NAME:HEX\n" with 32 random bytes. Throws Resources.
[[nodiscard]] std::string make_key(std::string_view name);

// Keep memory with keys out of core dumps.
void refuse_core_dumps();

}  // namespace sl::hop
