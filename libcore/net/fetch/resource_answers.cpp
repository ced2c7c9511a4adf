// How answers are interpreted, and how failed exchanges are retried.

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

#include "libcore/net/fetch/resource.h"

namespace sl::fetch {

namespace {

constexpr int max_attempts = 5;               // without progress between them
constexpr std::uint64_t progress = 64 << 10;  // bytes
constexpr std::int64_t max_wait = 30;         // seconds of Retry-After
constexpr std::chrono::milliseconds first_back_off{250};
constexpr int max_redirects = 10;

bool may_pass(int code) { return code >= 500 || code == 429 || code == 408 || code == 425; }

Status status_of(int code) {
  if (code == 401 || code == 403 || code == 407) return Status::NotPermitted;
  return code == 404 || code == 410 ? Status::NoInput : Status::Unavailable;
}

std::string name_of(int code) {
  constexpr std::pair<int, std::string_view> names[] = {{401, "a user and a password are required"},
                                                        {403, "forbidden"},
                                                        {404, "not found"},
                                                        {407, "the proxy requires a user and a password"},
                                                        {410, "gone"},
                                                        {429, "too many requests"},
                                                        {500, "internal error"},
                                                        {502, "bad gateway"},
                                                        {503, "unavailable"}};
  const auto* const known = std::ranges::find(names, code, &std::pair<int, std::string_view>::first);
  return known == std::end(names) ? "" : " (" + std::string(known->second) + ")";
}

}  // namespace

// ---- Headers ----

bool Resource::take_head(const Answer& answer) {
  if (answer.code != 200 && answer.code != 206) return take_refusal(answer);
  redirects_ = 0;
  if (!answer.content_encoding.empty()) {
    return fail(Status::Data, "the server sends it encoded as " + answer.content_encoding + ", without being asked");
  }
  if (answer.code == 206 && !uses_ranges_) return fail(Status::Data, "the server sends a part instead of the whole");
  return answer.code == 206 ? take_range(answer) : take_all(answer);
}

// Return whether this is still the resource of the first answer. Ignore members that only one of them has.
bool Resource::is_the_same(const Answer& answer) const {
  const auto differ = [](const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; };
  const auto total = answer.code == 206 ? answer.total : answer.length;
  return !differ(entity_tag_, answer.entity_tag) && !differ(last_modified_, answer.last_modified) &&
         (!size_ || !total || *total == *size_);
}

bool Resource::take_range(const Answer& answer) {
  if (!answer.first || *answer.first != start_ || *answer.last >= stop_) {
    return fail(Status::Data, "the server sends another part than requested");
  }
  if (!answer.total) {  // no end to seek from: read as from a pipe
    if (known_) return fail(Status::Data, "changed while it was read");
    uses_ranges_ = false;
    again_ = true;
    return false;
  }
  if (known_ && !is_the_same(answer)) return fail(Status::Data, "changed while it was read");
  if (!known_) {
    size_ = answer.total;
    entity_tag_ = answer.entity_tag;
    last_modified_ = answer.last_modified;
    known_ = true;
  }
  stop_ = *answer.last + 1;  // maybe less than requested
  http_.stay_where_redirected();
  return true;
}

// The whole content, from the start: the server has no ranges, or If-Range did not match.
bool Resource::take_all(const Answer& answer) {
  if (known_) {
    if (!is_the_same(answer)) return fail(Status::Data, "changed while it was read");
    if (!uses_if_range_) return fail(Status::Unavailable, "the server gives no more ranges");
    uses_if_range_ = false;
    again_ = true;
    return false;
  }
  ranges_ = false;
  known_ = true;
  start_ = next_ = 0;  // for any request
  size_ = answer.length;
  stop_ = ~std::uint64_t{0};
  paced_ = true;
  return true;
}

// Only if libcurl does not follow redirects: check each step.
bool Resource::take_redirect(const Answer& answer) {
  const std::string url = http_.redirected(answer.location);
  if (++redirects_ > max_redirects) return fail(Status::Unavailable, "is redirected again and again");
  if (url.empty()) return fail(Status::Unavailable, "is redirected to nowhere");
  if (http_.url().starts_with("https:") && !url.starts_with("https:")) {
    return fail(Status::Unavailable, "is redirected from https to " + url);
  }
  if (!reference_.gate->allows(url)) {
    const std::string needed = Gate::would_need(url);
    return fail(Status::NotPermitted, "is redirected to " + url + ", which is not opened" +
                                          (needed.empty() ? "" : " without --allow " + needed));
  }
  http_.go_to(url);
  again_ = true;
  return false;
}

bool Resource::take_refusal(const Answer& answer) {
  if (reference_.gate != nullptr && answer.code >= 300 && answer.code < 400 && answer.code != 304) {
    return take_redirect(answer);
  }
  if (answer.code == 416) {  // beyond the end: the resource is empty, has shrunk, or has no ranges after all
    if (known_) return fail(Status::Data, "changed while it was read");
    if (!answer.total || *answer.total != 0) {
      if (!uses_ranges_) return fail(Status::Unavailable, "the server answers 416");
      uses_ranges_ = false;
      again_ = true;
      return false;
    }
    known_ = complete_ = true;
    size_ = 0;
    return false;
  }
  const std::string message = "the server answers " + std::to_string(answer.code) + name_of(answer.code);
  if (may_pass(answer.code)) {
    if (answer.retry_after.value_or(0) > max_wait) {
      return fail(Status::Unavailable,
                  message + " and asks to come back in " + std::to_string(*answer.retry_after) + " s");
    }
    seconds_to_wait_ = answer.retry_after;
    last_failure_ = message;
    return false;
  }
  if (known_ && http_.return_to_start()) {  // the target of the redirect may have expired
    again_ = true;
    return false;
  }
  return fail(status_of(answer.code), message);
}

// ---- Content ----

Http::Take Resource::take_body(std::span<const std::byte> bytes) {
  const bool misses = wants_elsewhere() && cache_.held(reader_, 1) == 0;  // the reader waits for another part
  if (paced_ && far_ahead(max_ahead()) && !misses) return Http::Take::Pause;
  if (next_ == start_) answered_ = Clock::now();
  const std::uint64_t most = std::min(stop_ - next_, budget());
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), most));
  cache_.write(next_, bytes.first(count));
  next_ += count;
  household_.fetched += count;
  since_failure_ += count;
  if (since_failure_ >= progress) attempts_ = 0;
  return count < bytes.size() ? Http::Take::Stop : Http::Take::All;
}

void Resource::end(const Ending& ending) {
  if (again_ || failure_) return;
  if (!last_failure_.empty()) return lost(std::exchange(last_failure_, {}), 1);
  if (ending.code == CURLE_OK) return end_well();
  if (http_.stopped()) {  // the server sent more than requested
    if (!ranges_)
      fail(Status::Limit, "more than --max-bytes " + std::to_string(household_.max_bytes) + " of it are needed");
    return;
  }
  const std::string system =
      ending.os_error == 0 ? "" : std::string(": ") + std::strerror(static_cast<int>(ending.os_error));
  const std::string detail = ending.detail.empty() ? curl_easy_strerror(ending.code) : ending.detail;
  switch (ending.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return lost("no such host is known (" + detail + ")", known_ ? 1 : 9);
    case CURLE_COULDNT_CONNECT:
      return lost("no connection" + system, known_ ? 1 : 9);
    case CURLE_PEER_FAILED_VERIFICATION:
      fail(Status::Unavailable, "the server's certificate cannot be trusted (" + detail + ")");
      return;
    case CURLE_TOO_MANY_REDIRECTS:
      fail(Status::Unavailable, "is redirected again and again");
      return;
    case CURLE_UNSUPPORTED_PROTOCOL:
      fail(Status::Unavailable, "is redirected to a protocol that is not followed (" + detail + ")");
      return;
    case CURLE_URL_MALFORMAT:
      fail(Status::Usage, "is no URL (" + detail + ")");
      return;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return lost("the connection was lost (" + detail + ")", 1);
    default:
      fail(Status::Unavailable, detail);
      return;
  }
}

void Resource::end_well() {
  if (ranges_) {
    if (next_ < stop_ && !complete_) lost("the server sends less than it announced", 1);
    return;
  }
  if (size_ && next_ < *size_) return lost("the server sends less than it announced", 1);
  complete_ = true;
  size_ = next_;
}

// Retry after a pause, unless there were too many failures with too little progress between them.
void Resource::lost(const std::string& why, int weight) {
  if (known_ && !ranges_) {
    fail(Status::Unavailable,
         why + " after " + std::to_string(next_) + " bytes, and this server gives no ranges to continue from there");
    return;
  }
  const bool at_once = attempts_ == 0 && since_failure_ >= progress && !seconds_to_wait_;
  attempts_ += weight;
  since_failure_ = 0;
  if (attempts_ >= max_attempts) {
    fail(Status::Unavailable, why);
    return;
  }
  auto pause = at_once ? std::chrono::milliseconds(0) : first_back_off * (1 << (attempts_ - 1));
  if (const auto seconds = std::exchange(seconds_to_wait_, std::nullopt)) pause = std::chrono::seconds(*seconds);
  retry_at_ = Clock::now() + pause;
}

}  // namespace sl::fetch
