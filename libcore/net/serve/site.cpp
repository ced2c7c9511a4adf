// Requests to answers.

#include "libcore/net/serve/site.h"

#include <algorithm>

#include "libcore/base/parse.h"

namespace sl::serve {

namespace {

using namespace std::chrono_literals;

constexpr const char* for_playlists = "no-cache";  // cached, and validated each time
// Not for ever: a recreated folder uses the same names.
constexpr const char* for_segments = "max-age=60";

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

Answer plain(unsigned status, const char* message) {
  Answer result;
  result.status = status;
  result.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  result.text = shared(std::string(message) + "\n");
  return result;
}

Answer try_later(const char* message) {
  Answer result = plain(503, message);
  result.headers.emplace_back("Retry-After", "1");
  return result;
}

// Return whether the client's cached copy is current.
bool is_unchanged(const Request& request, const std::string& tag, const std::string& modified) {
  if (!request.if_none_match.empty()) return has_entity_tag(request.if_none_match, tag);
  return !modified.empty() && request.if_modified_since == modified;
}

// Return 304 if the client's copy is current, else 200 with the headers; without a body.
Answer described(const Request& request, std::string_view type, const std::string& tag, const std::string& modified,
                 const char* caching) {
  Answer result;
  result.headers = {{"ETag", tag}, {"Cache-Control", caching}};
  if (!modified.empty()) result.headers.emplace_back("Last-Modified", modified);
  if (is_unchanged(request, tag, modified)) {
    result.status = 304;
  } else {
    result.headers.emplace_back("Content-Type", type);
  }
  return result;
}

Answer of_page(const Page::Part& part, const Request& request) {
  Answer result = described(request, part.type, part.tag, "", "no-cache");
  result.text = part.text;
  if (part.path == "/") {
    result.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                                "media-src 'self' blob:; connect-src 'self'; worker-src blob:; form-action 'self'; "
                                "base-uri 'none'");
  }
  return result;
}

Answer of_file(File file, const std::string& name, const Request& request) {
  const std::string modified = http_date(file.modified);
  const bool is_playlist = name.ends_with(".m3u8");
  Answer result = described(request, content_type(name), file.tag, modified,
                            is_segment(name) && !is_playlist ? for_segments : for_playlists);
  result.headers.emplace_back("Accept-Ranges", "bytes");
  result.range = {0, file.size};
  if (result.status != 200) {
    result.file = std::move(file);
    return result;
  }
  const bool has_same = request.if_range.empty() || request.if_range == file.tag || request.if_range == modified;
  const RangeKind kind = has_same ? read_range(request.range, file.size, result.range) : RangeKind::None;
  if (kind == RangeKind::Unsatisfiable) {
    result = plain(416, "416: the file is shorter");
    result.headers.emplace_back("Content-Range", "bytes */" + std::to_string(file.size));
    return result;
  }
  if (kind == RangeKind::One) {
    result.status = 206;
    result.headers.emplace_back("Content-Range", "bytes " + std::to_string(result.range.first) + "-" +
                                                     std::to_string(result.range.first + result.range.count - 1) + "/" +
                                                     std::to_string(file.size));
  }
  result.file = std::move(file);
  return result;
}

std::string query_of(const std::string& token) { return token.empty() ? "" : "token=" + percent_encoded(token); }

}  // namespace

Site::Site(Folder& folder, SiteOptions options)
    : folder_(folder),
      options_(std::move(options)),
      playlists_(folder, query_of(options_.token)),
      page_(Page::installed_folder(), query_of(options_.token)) {}

// ---- Access ----

// Pages of other sites run in browsers on this machine too, and must not reach a server that needs no token. CORS keeps
// them out, and so does the check of Host: another site's name may have been made to point here.
bool Site::is_admitted(const Request& request) const {
  if (options_.token.empty()) return !options_.is_loopback || request.host.empty() || is_loopback(request.host);
  return is_same_secret(options_.token,
                        request.token ? std::string_view(*request.token) : bearer(request.authorization));
}

Answer Site::refused(const Request& request) const {
  if (options_.token.empty()) return plain(421, "421: only this machine is served, under its own names");
  Answer result = plain(401, "401: a token is required");
  result.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (request.path == "/") {
    result.headers.front().second = content_type(".html");
    result.text = shared(
        "<!doctype html><html lang=en><meta name=viewport content='width=device-width'>"
        "<meta name=color-scheme content='light dark'><title>Token</title><form><label>Token "
        "<input type=password name=token autofocus autocomplete=current-password></label> "
        "<button>Watch</button></form>");
  }
  return result;
}

void Site::add_access(const Request& request, Answer& answer) const {
  answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  answer.headers.emplace_back("Referrer-Policy", "no-referrer");  // the address may contain the token
  const bool is_for_all = !options_.is_loopback || !options_.token.empty();
  if (!is_for_all) {
    answer.headers.emplace_back("Vary", "Origin");
    if (!is_loopback(request.origin)) return;
  }
  answer.headers.emplace_back("Access-Control-Allow-Origin", is_for_all ? "*" : request.origin);
  if (request.method == "OPTIONS") {
    answer.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
    answer.headers.emplace_back("Access-Control-Allow-Headers",
                                "Authorization, Range, If-Range, If-None-Match, "
                                "If-Modified-Since, Cache-Control");
    answer.headers.emplace_back("Access-Control-Max-Age", "86400");
  } else {
    answer.headers.emplace_back("Access-Control-Expose-Headers",
                                "Content-Length, Content-Range, Accept-Ranges, Date, ETag, Retry-After");
  }
}

// ---- Content ----

std::optional<Answer> Site::answer(Request& request, Clock::time_point now, bool may_wait) {
  std::optional<Answer> result;
  if (request.method == "OPTIONS") {
    result.emplace();  // browsers send it without a token
    result->status = 204;
    result->headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
  } else if (request.method != "GET" && request.method != "HEAD") {
    result = plain(405, "405: GET, HEAD and OPTIONS are served");
    result->headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
  } else if (!is_admitted(request)) {
    result = refused(request);
  } else if (const Page::Part* const part = page_.find(request.path)) {
    result = of_page(*part, request);
  } else if (const auto name = name_in_folder(request.path)) {
    result = of_folder(*name, request, now, may_wait);
    if (!result) return std::nullopt;
  } else {
    result = plain(404, "404: no such file");
  }
  add_access(request, *result);
  return result;
}

std::optional<Answer> Site::of_folder(const std::string& name, Request& request, Clock::time_point now, bool may_wait) {
  if (name.ends_with(".m3u8")) {
    // Watch before reading, so that no change is missed in between.
    if (!folder_.watch_beside(name)) sees_changes_ = false;
    const PlaylistStore::Entry* const entry = playlists_.find(name, request.token && !options_.token.empty());
    if (entry != nullptr) return of_playlist(*entry, request, now, may_wait);
  }
  auto file = folder_.open(name);
  if (!file) {
    const auto target = playlists_.hinted(name);
    if (target && !folder_.watch_beside(name)) sees_changes_ = false;
    file = folder_.open(name);
    if (!file && target && waits(request, *target, now, may_wait)) return std::nullopt;
  }
  if (!file) return plain(404, "404: no such file");
  return of_file(std::move(*file), name, request);
}

// Return whether a request for missing content waits: three target durations at most (RFC 8216bis, 6.2.5.2).
bool Site::waits(Request& request, Playlist::Time target, Clock::time_point now, bool may_wait) {
  constexpr Playlist::Time least = 1s, most = 60s;
  if (!request.until) request.until = now + 3 * std::clamp(target, least, most);
  return may_wait && now < *request.until;
}

std::optional<Answer> Site::of_playlist(const PlaylistStore::Entry& entry, Request& request, Clock::time_point now,
                                        bool may_wait) {
  const Playlist& playlist = entry.playlist;
  if (playlist.can_block_reload && !playlist.ended && (request.sequence || request.part)) {
    const auto sequence = request.sequence ? to_number<std::uint64_t>(*request.sequence) : std::nullopt;
    const auto part = request.part ? to_number<std::uint64_t>(*request.part) : std::nullopt;
    if (!sequence || (request.part && !part)) return plain(400, "400: _HLS_msn or _HLS_part is missing or no number");
    switch (reload(playlist, *sequence, part)) {
      case Reload::Ready:
        break;
      case Reload::TooFar:
        return plain(400, "400: that is too far ahead");
      case Reload::Wait:
        if (!waits(request, playlist.target, now, may_wait)) return try_later("503: the playlist has not grown");
        return std::nullopt;
    }
  }
  const bool is_delta = (request.skip == "YES" || request.skip == "v2") && entry.delta != nullptr;
  std::string tag = entry.tag;
  if (is_delta) tag.insert(tag.size() - 1, "-delta");
  // Without Last-Modified: two states of one second would have the same.
  Answer result = described(request, content_type(".m3u8"), tag, "", for_playlists);
  result.text = is_delta ? entry.delta : entry.text;
  return result;
}

}  // namespace sl::serve
