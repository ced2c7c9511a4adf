// Joining and splitting XMP packets.

#include "formats/jpeg/extended_xmp.h"

#include <algorithm>
#include <map>

#include "formats/jpeg/md5.h"
#include "formats/metadata/xml_walk.h"
#include "libcore/base/endian.h"

namespace sl::jpeg {
namespace {

constexpr std::size_t none = std::string_view::npos, sum_size = 32, piece_room = 65533 - 35 - sum_size - 8;

// The tag that opens an element, without its "<" and ">".
std::string_view opening(std::string_view xmp, std::string_view element) {
  const std::size_t begin = xmp.find("<" + std::string(element));
  const std::size_t end = begin == none ? none : xmp.find('>', begin);
  return end == none ? std::string_view() : xmp.substr(begin + 1, end - begin - 1);
}

// Namespaces that the elements around the descriptions declare, prefix to name.
std::map<std::string, std::string> declarations(std::string_view xmp) {
  std::map<std::string, std::string> found;
  for (const char* element : {"x:xmpmeta", "rdf:RDF"}) {
    const std::string tag = "<" + std::string(opening(xmp, element)) + ">";
    xml::Walk(tag).run([&](const xml::Item& item) {
      if (item.name.starts_with("xmlns:")) found[std::string(item.name)] = item.value;
    });
  }
  return found;
}

std::string_view descriptions(std::string_view xmp) {
  const std::string_view tag = opening(xmp, "rdf:RDF");
  const std::size_t end = xmp.rfind("</rdf:RDF>");
  if (tag.empty() || end == none) return {};
  const auto begin = static_cast<std::size_t>(tag.data() - xmp.data()) + tag.size() + 1;
  return begin > end ? std::string_view() : xmp.substr(begin, end - begin);
}

// Remove the name of the second packet, and return it.
std::string take_sum(std::string& first) {
  std::string sum;
  std::size_t begin = none, end = none;
  xml::Walk(first).run([&](const xml::Item& item) {
    if (!item.name.ends_with(":HasExtendedXMP")) return;
    sum = item.value;
    begin = static_cast<std::size_t>(item.name.data() - first.data()) - (item.is_element ? 1 : 0);
    end = static_cast<std::size_t>(item.value.data() - first.data()) + item.value.size() +
          (item.is_element ? item.name.size() + 3 : 1);
  });
  if (end <= first.size()) first.erase(begin, end - begin);
  return sum;
}

// Without its wrapper: what follows it is room for changes in place.
std::string_view unwrapped(std::string_view xmp) {
  const std::size_t begin = xmp.find("<x:xmpmeta"), end = xmp.rfind("</x:xmpmeta>");
  return begin == none || end == none || end < begin ? xmp : xmp.substr(begin, end + 12 - begin);
}

}  // namespace

void ExtendedXmp::add(std::string_view segment) {
  segment.remove_prefix(extended_xmp_start.size());
  if (segment.size() < sum_size + 8) return;
  pieces_.push_back({std::string(segment.substr(0, sum_size)), std::string(segment.substr(sum_size + 8)),
                     load_be<std::uint32_t>(segment.data() + sum_size),
                     load_be<std::uint32_t>(segment.data() + sum_size + 4)});
}

std::optional<std::string> ExtendedXmp::join(std::string& first) const {
  const std::string sum = take_sum(first);
  if (sum.empty()) return first;
  std::vector<const Piece*> pieces;
  for (const Piece& piece : pieces_) {
    if (piece.sum == sum) pieces.push_back(&piece);
  }
  std::ranges::stable_sort(pieces, {}, &Piece::offset);
  std::string second;
  for (const Piece* piece : pieces) {
    if (piece->offset != second.size()) return std::nullopt;
    second += piece->bytes;
  }
  if (pieces.empty() || second.size() != pieces[0]->size) return std::nullopt;

  const std::string_view more = descriptions(second);
  const std::size_t end = first.rfind("</rdf:RDF>");
  if (more.empty() || end == none) return std::nullopt;
  std::string joined = first;
  joined.insert(end, more);
  const auto known = declarations(first);
  std::string added;
  for (const auto& [prefix, name] : declarations(second)) {
    const auto same = known.find(prefix);
    if (same == known.end()) added += " " + prefix + "=\"" + name + "\"";
    if (same != known.end() && same->second != name) return std::nullopt;
  }
  const std::string_view tag = opening(first, "rdf:RDF");
  return joined.insert(static_cast<std::size_t>(tag.data() - first.data()) + tag.size(), added);
}

SplitXmp split_xmp(std::string_view xmp, std::size_t first_room) {
  if (xmp.size() <= first_room) return {std::string(xmp), {}};
  const std::string_view whole = unwrapped(xmp);
  if (whole.size() <= first_room) return {std::string(whole), {}};
  const std::string sum = md5(whole);
  SplitXmp split{
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
      "<rdf:Description rdf:about=\"\" xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\" xmpNote:HasExtendedXMP=\"" +
          sum + "\"/></rdf:RDF></x:xmpmeta>",
      {}};
  for (std::size_t at = 0; at < whole.size(); at += piece_room) {
    std::string numbers(8, '\0');
    store_be(numbers.data(), static_cast<std::uint32_t>(whole.size()));
    store_be(numbers.data() + 4, static_cast<std::uint32_t>(at));
    split.segments.push_back(std::string(extended_xmp_start) + sum + numbers +
                             std::string(whole.substr(at, piece_room)));
  }
  return split;
}

}  // namespace sl::jpeg
