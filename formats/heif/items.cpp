// Boxes: ISO/IEC 14496-12, 4.2 and 8.11. Properties and grids: ISO/IEC 23008-12, 6.5 and 6.6.2.3.

#include "formats/heif/items.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace sl::heif {

namespace {

// Big-endian numbers one after another; after the end they are 0.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }
  std::string_view take(std::uint64_t count) {
    const std::string_view taken =
        bytes_.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(count, bytes_.size())));
    bytes_.remove_prefix(taken.size());
    return taken;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }

 private:
  std::string_view bytes_;
};

struct Box {
  std::string_view type, body;
};

std::optional<Box> next_box(Fields& fields) {
  if (fields.at_end()) return std::nullopt;
  std::uint64_t size = fields.number(4), head = 8;
  Box box{.type = fields.take(4), .body = {}};
  if (size == 1) {
    size = fields.number(8);
    head = 16;
  }
  if (size != 0 && size < head) return std::nullopt;
  box.body = fields.take(size == 0 ? ~std::uint64_t{0} : size - head);
  return box;
}

std::string_view find_box(std::string_view bytes, std::string_view type) {
  Fields fields(bytes);
  while (const auto box = next_box(fields)) {
    if (box->type == type) return box->body;
  }
  return {};
}

// A box with a version and flags.
struct FullBox {
  explicit FullBox(std::string_view body) : fields(body), version(fields.number(1)), flags(fields.number(3)) {}
  Fields fields;
  std::uint64_t version, flags;
};

class Meta {
 public:
  explicit Meta(std::string_view body) : body_(body.substr(std::min<std::size_t>(body.size(), 4))) {
    Fields fields(find_box(find_box(body_, "iprp"), "ipco"));
    while (const auto box = next_box(fields)) properties_.push_back(*box);
  }

  [[nodiscard]] std::uint64_t primary() const {
    FullBox box(find_box(body_, "pitm"));
    return box.fields.number(box.version == 0 ? 2 : 4);
  }

  [[nodiscard]] std::string_view type_of(std::uint64_t item) const {
    FullBox list(find_box(body_, "iinf"));
    list.fields.number(list.version == 0 ? 2 : 4);
    while (const auto box = next_box(list.fields)) {
      FullBox entry(box->body);
      if (entry.version < 2 || entry.fields.number(entry.version == 2 ? 2 : 4) != item) continue;
      entry.fields.number(2);
      return entry.fields.take(4);
    }
    return {};
  }

  // Return the items that this one is made of.
  [[nodiscard]] std::vector<std::uint64_t> parts_of(std::uint64_t item) const {
    FullBox list(find_box(body_, "iref"));
    const std::size_t size = list.version == 0 ? 2 : 4;
    while (const auto box = next_box(list.fields)) {
      Fields fields(box->body);
      if (box->type != "dimg" || fields.number(size) != item) continue;
      std::vector<std::uint64_t> parts(fields.number(2));
      for (std::uint64_t& part : parts) part = fields.number(size);
      return parts;
    }
    return {};
  }

  // Return the longest way from a picture to those that it is made of, up to `most` steps.
  [[nodiscard]] int nesting(int most) const {
    std::map<std::uint64_t, std::vector<std::uint64_t>> parts;
    FullBox list(find_box(body_, "iref"));
    const std::size_t size = list.version == 0 ? 2 : 4;
    while (const auto box = next_box(list.fields)) {
      Fields fields(box->body);
      if (box->type != "dimg") continue;
      std::vector<std::uint64_t>& of_item = parts[fields.number(size)];
      for (std::uint64_t left = fields.number(2); left > 0 && !fields.at_end(); --left)
        of_item.push_back(fields.number(size));
    }
    // In each step only pictures remain that are made of remaining ones.
    int steps = 0;
    for (; !parts.empty() && steps < most; ++steps) {
      std::vector<std::uint64_t> done;
      for (const auto& [item, of_item] : parts) {
        if (std::ranges::none_of(of_item, [&](std::uint64_t part) { return parts.contains(part); }))
          done.push_back(item);
      }
      if (done.empty()) return most;
      for (const std::uint64_t item : done) parts.erase(item);
    }
    return steps;
  }

  // Return a property of an item, or nothing.
  [[nodiscard]] std::string_view property(std::uint64_t item, std::string_view type) const {
    const auto all = properties_of(item);
    const auto found = std::ranges::find(all, type, &Box::type);
    return found == all.end() ? std::string_view() : found->body;
  }

  [[nodiscard]] std::vector<Box> properties_of(std::uint64_t item) const {
    std::vector<Box> found;
    FullBox uses(find_box(find_box(body_, "iprp"), "ipma"));
    const bool wide = (uses.flags & 1) != 0;
    for (std::uint64_t left = uses.fields.number(4); left > 0 && !uses.fields.at_end(); --left) {
      const bool is_own = uses.fields.number(uses.version == 0 ? 2 : 4) == item;
      for (std::uint64_t count = uses.fields.number(1); count > 0; --count) {
        const std::uint64_t index = uses.fields.number(wide ? 2 : 1) & (wide ? 0x7fff : 0x7f);
        if (!is_own || index == 0 || index > properties_.size()) continue;
        found.push_back(properties_[static_cast<std::size_t>(index) - 1]);
      }
    }
    return found;
  }

  // Return the bytes of an item, which lie in `file` or in this box; nothing if they are elsewhere or not all there.
  [[nodiscard]] std::string data_of(std::uint64_t item, std::string_view file) const {
    FullBox list(find_box(body_, "iloc"));
    Fields& fields = list.fields;
    const std::uint64_t sizes = fields.number(2);
    const auto size_at = [&](unsigned shift) { return static_cast<std::size_t>(sizes >> shift & 15); };
    const std::size_t id_size = list.version < 2 ? 2 : 4;
    for (std::uint64_t left = fields.number(id_size); left > 0 && !fields.at_end(); --left) {
      const bool is_own = fields.number(id_size) == item;
      const std::uint64_t method = list.version == 0 ? 0 : fields.number(2) & 15;
      const bool is_here = fields.number(2) == 0 && method < 2;
      const std::string_view place = method == 1 ? find_box(body_, "idat") : file;
      const std::uint64_t base = fields.number(size_at(4));
      std::string data;
      for (std::uint64_t extents = fields.number(2); extents > 0; --extents) {
        if (list.version != 0) fields.number(size_at(0));
        const std::uint64_t offset = base + fields.number(size_at(12)), length = fields.number(size_at(8));
        if (!is_own) continue;
        if (!is_here || offset > place.size() || length > place.size() - offset) return {};
        data += place.substr(static_cast<std::size_t>(offset),
                             length == 0 ? std::string_view::npos : static_cast<std::size_t>(length));
        if (data.size() > file.size()) return {};
      }
      if (is_own) return data;
    }
    return {};
  }

 private:
  std::string_view body_;
  std::vector<Box> properties_;
};

int chroma_of(const Meta& meta, std::uint64_t item) {
  if (const std::string_view hevc = meta.property(item, "hvcC"); hevc.size() > 16) return hevc[16] & 3;
  const std::string_view av1 = meta.property(item, "av1C");
  if (av1.size() < 4) return -1;
  const bool gray = (av1[2] & 0x10) != 0, narrow = (av1[2] & 8) != 0, low = (av1[2] & 4) != 0;
  return gray ? 0 : !narrow ? 3 : low ? 1 : 2;
}

std::string_view as_text(std::span<const std::byte> file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};
}

// ---- Writing boxes ----

std::string be(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = size; i > 0; --i) bytes += static_cast<char>(value >> (8 * (i - 1)) & 0xff);
  return bytes;
}
std::string make_box(std::string_view type, const std::string& body) {
  return be(body.size() + 8, 4) + std::string(type) + body;
}

}  // namespace

PrimaryItem primary_item(std::span<const std::byte> file) {
  const std::string_view text = as_text(file);
  PrimaryItem item;
  item.brand = find_box(text, "ftyp").substr(0, 4);
  const Meta meta(find_box(text, "meta"));
  const std::uint64_t primary = meta.primary();
  item.type = meta.type_of(primary);
  if (item.type != "grid") {
    item.chroma = chroma_of(meta, primary);
    return item;
  }
  const std::vector<std::uint64_t> tiles = meta.parts_of(primary);
  item.tiles = static_cast<std::uint32_t>(tiles.size());
  if (tiles.empty()) return item;
  item.chroma = chroma_of(meta, tiles[0]);
  FullBox size(meta.property(tiles[0], "ispe"));
  item.tile_width = static_cast<std::uint32_t>(size.fields.number(4));
  item.tile_height = static_cast<std::uint32_t>(size.fields.number(4));
  for (const Box& property : meta.properties_of(primary)) {
    item.moved = item.moved || property.type == "clap" || property.type == "irot" || property.type == "imir";
  }
  const std::string data = meta.data_of(primary, text);
  Fields grid(data);
  const std::uint64_t version = grid.number(1), wide = grid.number(1) & 1, rows = grid.number(1) + 1,
                      columns = grid.number(1) + 1;
  if (version != 0 || rows * columns != tiles.size()) return item;
  item.columns = static_cast<std::uint32_t>(columns);
  item.width = static_cast<std::uint32_t>(grid.number(wide != 0 ? 4 : 2));
  item.height = static_cast<std::uint32_t>(grid.number(wide != 0 ? 4 : 2));
  return item;
}

bool nests_too_deep(std::span<const std::byte> file) {
  constexpr int most = 2;
  return Meta(find_box(as_text(file), "meta")).nesting(most + 1) > most;
}

std::string file_of_tile(std::span<const std::byte> file, std::uint32_t number) {
  const Meta meta(find_box(as_text(file), "meta"));
  const std::vector<std::uint64_t> tiles = meta.parts_of(meta.primary());
  if (number >= tiles.size()) return {};
  const std::uint64_t tile = tiles[number];
  const std::string data = meta.data_of(tile, as_text(file));
  if (data.empty()) return {};
  std::string properties, uses;
  for (const Box& property : meta.properties_of(tile)) {
    properties += make_box(property.type, std::string(property.body));
    uses += static_cast<char>(uses.size() + 1);
  }
  if (uses.size() > 127) return {};
  const std::string none(4, '\0');  // version and flags
  const auto meta_box = [&](std::uint64_t place) {
    return make_box(
        "meta", none + make_box("hdlr", none + none + "pict" + std::string(13, '\0')) +
                    make_box("pitm", none + be(1, 2)) +
                    make_box("iinf", none + be(1, 2) +
                                         make_box("infe", be(2, 1) + be(0, 3) + be(1, 2) + be(0, 2) +
                                                              std::string(meta.type_of(tile)) + be(0, 1))) +
                    make_box("iprp", make_box("ipco", properties) +
                                         make_box("ipma", none + be(1, 4) + be(1, 2) + be(uses.size(), 1) + uses)) +
                    make_box("iloc", none + be(0x4400, 2) + be(1, 2) + be(1, 2) + be(0, 2) + be(1, 2) + be(place, 4) +
                                         be(data.size(), 4)));
  };
  const std::string type = make_box("ftyp", "heic" + none + "mif1heicavif");
  return type + meta_box(type.size() + meta_box(0).size() + 8) + make_box("mdat", data);
}

}  // namespace sl::heif
