// libcurl's easy and multi interfaces.

#include "libcore/net/fetch/http.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/net/fetch/url.h"

namespace sl::fetch {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

// Remove the leading digits from `text` and return their value.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > std::uint64_t{1} << 62) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

// RFC 9110, 14.4.
bool read_content_range(std::string_view text, Answer& answer) {
  answer.has_range = true;
  if (!take(text, "bytes")) return false;
  text = trimmed(text);
  if (!take(text, "*")) {
    answer.first = take_number(text);
    if (!answer.first || !take(text, "-")) return false;
    answer.last = take_number(text);
    if (!answer.last || *answer.last < *answer.first) return false;
  }
  if (!take(text, "/")) return false;
  if (take(text, "*")) return text.empty();
  answer.total = take_number(text);
  return answer.total && text.empty() && (!answer.last || *answer.last < *answer.total);
}

}  // namespace

bool read_header_line(std::string_view line, Answer& answer) {
  if (line.starts_with("HTTP/")) {
    answer = {};
    line.remove_prefix(std::min(line.find(' '), line.size()));
    line = trimmed(line);
    answer.code = static_cast<int>(take_number(line).value_or(0));
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string name = lower(line.substr(0, colon));
  std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "etag") answer.entity_tag = value;
  if (name == "last-modified") answer.last_modified = value;
  if (name == "location") answer.location = value;
  if (name == "content-encoding" && lower(value) != "identity") answer.content_encoding = value;
  if (name == "content-length") answer.length = take_number(value);
  if (name == "content-range") return read_content_range(value, answer);
  // If it is a date, the back-off of Resource applies.
  if (name == "retry-after") {
    if (const auto seconds = take_number(value); seconds && value.empty()) {
      answer.retry_after = static_cast<std::int64_t>(std::min<std::uint64_t>(*seconds, 1u << 30));
    }
  }
  return true;
}

Connections::Connections() : multi_(curl_multi_init()) {
  if (multi_ == nullptr) throw Error(Status::Resources, "out of memory");
}
Connections::~Connections() { curl_multi_cleanup(multi_); }

void Connections::run() {
  int running = 0, left = 0;
  curl_multi_perform(multi_, &running);
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Http* http = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &http);
    http->finished(message->data.result);
  }
}

bool Connections::wait(int socket, int milliseconds) {
  curl_waitfd other{socket, CURL_WAIT_POLLIN, 0};
  curl_multi_poll(multi_, &other, 1, milliseconds, nullptr);
  return other.revents != 0;
}

Http::Http(Connections& connections, const std::string& url, bool follows_redirects, Receiver receiver)
    : connections_(connections), receiver_(std::move(receiver)), easy_(curl_easy_init()), error_(CURL_ERROR_SIZE, 0) {
  if (easy_ == nullptr) throw Error(Status::Resources, "out of memory");
  Url parsed(url);
  if (!parsed.good()) throw Error(Status::Usage, "is no URL");
  // libcurl sends user and password that are set as options to this host only, not to the targets of redirects.
  user_ = parsed.user();
  password_ = parsed.password();
  parsed.remove_user();
  start_ = parsed.text();

  static const std::string agent = "streamlib/" + std::string(version());
  const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy_, option, value); };
  set(CURLOPT_USERAGENT, agent.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  // Never redirect from https to http.
  set(CURLOPT_REDIR_PROTOCOLS_STR, start_.starts_with("https:") ? "https" : "http,https");
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_FOLLOWLOCATION, follows_redirects ? 1L : 0L);
  set(CURLOPT_MAXREDIRS, 10L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_BUFFERSIZE, 256L << 10);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_HEADERFUNCTION, on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  // The curl command reads these variables; the library does not.
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    const char* const file = std::getenv(name);
    if (file == nullptr || *file == 0) continue;
    set(CURLOPT_CAINFO, file);
    break;
  }
  if (const char* const folder = std::getenv("SSL_CERT_DIR"); folder != nullptr && *folder != 0) {
    set(CURLOPT_CAPATH, folder);
  }
  url_ = start_;
}

Http::~Http() {
  stop();
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

void Http::use_url() {
  const bool at_home = Url(url_).origin() == Url(start_).origin();
  const bool known = at_home && !(user_.empty() && password_.empty());
  curl_easy_setopt(easy_, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(easy_, CURLOPT_USERNAME, known ? user_.c_str() : nullptr);
  curl_easy_setopt(easy_, CURLOPT_PASSWORD, known ? password_.c_str() : nullptr);
}

void Http::start(const Ask& ask) {
  stop();
  use_url();
  curl_slist_free_all(std::exchange(headers_, nullptr));
  if (ask.ranged && !ask.if_range.empty()) {
    headers_ = curl_slist_append(nullptr, ("If-Range: " + ask.if_range).c_str());
  }
  const std::string range = std::to_string(ask.first) + "-" + (ask.last ? std::to_string(*ask.last) : "");
  curl_easy_setopt(easy_, CURLOPT_RANGE, ask.ranged ? range.c_str() : nullptr);
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  answer_ = {};
  error_[0] = 0;
  stopped_ = paused_ = head_delivered_ = false;
  active_ = curl_multi_add_handle(connections_.multi_, easy_) == CURLM_OK;
  if (!active_) throw Error(Status::Resources, "libcurl takes no more work");
  ++connections_.requests_;
}

void Http::count_redirects() {
  long redirects = 0;
  curl_easy_getinfo(easy_, CURLINFO_REDIRECT_COUNT, &redirects);
  connections_.requests_ += static_cast<std::uint64_t>(redirects);
}

void Http::stop() {
  if (!std::exchange(active_, false) || std::exchange(ending_, std::nullopt)) return;
  count_redirects();
  curl_multi_remove_handle(connections_.multi_, easy_);
}

void Http::resume() {
  paused_ = false;
  curl_easy_pause(easy_, CURLPAUSE_CONT);
}

void Http::finished(CURLcode code) {
  Ending ending{code, error_.c_str(), 0};
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &ending.os_error);
  // An answer without a body.
  if (code == CURLE_OK && !std::exchange(head_delivered_, true)) stopped_ = !receiver_.head(answer_);
  count_redirects();
  curl_multi_remove_handle(connections_.multi_, easy_);
  ending_ = std::move(ending);  // active until ended() returns it
}

std::optional<Ending> Http::ended() {
  if (ending_) active_ = false;
  return std::exchange(ending_, std::nullopt);
}

void Http::stay_where_redirected() {
  char* url = nullptr;
  long redirects = 0;
  curl_easy_getinfo(easy_, CURLINFO_REDIRECT_COUNT, &redirects);
  if (redirects == 0 || curl_easy_getinfo(easy_, CURLINFO_EFFECTIVE_URL, &url) != CURLE_OK || url == nullptr) return;
  url_ = url;
}

bool Http::return_to_start() { return std::exchange(url_, start_) != start_; }

std::string Http::redirected(const std::string& location) const {
  Url url(url_);
  if (location.empty() || !url.resolve(location)) return {};
  url.remove_user();
  return url.text();
}

bool Http::is_connected() const {
  curl_off_t time = 0;
  curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &time);
  return time != 0;
}

std::size_t Http::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  Http& http = *static_cast<Http*>(self);
  if (http.receiver_.alive) http.receiver_.alive();
  if (http.head_delivered_) return size * count;  // trailers
  const bool good = read_header_line({bytes, size * count}, http.answer_);
  if (!good) http.answer_.first = http.answer_.last = http.answer_.total = std::nullopt;
  return size * count;
}

std::size_t Http::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  Http& http = *static_cast<Http*>(self);
  const std::size_t all = size * count;
  if (http.receiver_.alive) http.receiver_.alive();
  Take take = Take::All;
  if (!std::exchange(http.head_delivered_, true) && !http.receiver_.head(http.answer_)) take = Take::Stop;
  if (take == Take::All) take = http.receiver_.body(std::as_bytes(std::span(bytes, all)));
  http.paused_ = take == Take::Pause;
  http.stopped_ = take == Take::Stop;
  return take == Take::All ? all : take == Take::Pause ? CURL_WRITEFUNC_PAUSE : 0;
}

}  // namespace sl::fetch
