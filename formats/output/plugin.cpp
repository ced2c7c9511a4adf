// Reading description files, and running their commands.

#include "formats/output/plugin.h"

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/process/sandbox.h"

namespace sl {

namespace {

constexpr std::size_t max_description = 64 << 10;

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

[[noreturn]] void bad(const std::string& file, int line, const std::string& what) {
  throw Error(Status::Missing, file + ":" + std::to_string(line) + ": " + what);
}

// "0 46 4F 4F": an offset, then bytes in hexadecimal.
Plugin::Magic parse_magic(const std::string& file, int line, const std::string& text) {
  const auto parts = words(text);
  if (parts.size() < 2) bad(file, line, "magic is not an offset and bytes");
  Plugin::Magic magic;
  try {
    magic.offset = std::stoul(parts[0]);
    for (std::size_t i = 1; i < parts.size(); ++i) {
      std::size_t used = 0;
      const unsigned long byte = std::stoul(parts[i], &used, 16);
      if (parts[i].size() != 2 || used != 2) bad(file, line, "\"" + parts[i] + "\" is not a byte in hexadecimal");
      magic.bytes += static_cast<char>(byte);
    }
  } catch (const std::logic_error&) {
    bad(file, line, "magic is not an offset and bytes");
  }
  if (magic.offset + magic.bytes.size() > plugin_magic_bytes) bad(file, line, "magic lies beyond the first 4 KiB");
  return magic;
}

// The command's program is looked for beside the description.
std::vector<std::string> parse_command(const std::string& file, const std::string& text) {
  auto command = words(text);
  if (!command.empty() && command[0].find('/') != 0) command[0] = file.substr(0, file.rfind('/') + 1) + command[0];
  return command;
}

Plugin parse_description(const std::string& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) throw system_error(Status::Missing, file);
  if (static_cast<std::size_t>(info.st_size) > max_description) bad(file, 1, "a description of over 64 KiB");
  std::ifstream in(file);
  Plugin plugin;
  plugin.file = file;
  int line = 0;
  for (std::string text; std::getline(in, text);) {
    ++line;
    if (text.empty() || text[0] == '#') continue;
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) bad(file, line, "not NAME = VALUE");
    const auto name = words(text.substr(0, equals));
    const std::string value = text.substr(equals + 1);
    const std::string key = name.size() == 1 ? name[0] : "";
    if (key == "name") {
      const auto parts = words(value);
      for (const std::string& part : parts) plugin.name += (plugin.name.empty() ? "" : " ") + part;
    } else if (key == "extensions") {
      plugin.extensions = words(value);
    } else if (key == "magic") {
      plugin.magic.push_back(parse_magic(file, line, value));
    } else if (key == "decode") {
      plugin.decode = parse_command(file, value);
    } else if (key == "encode") {
      plugin.encode = parse_command(file, value);
    } else if (key == "reads") {
      plugin.reads = words(value);
    } else {
      bad(file, line, "\"" + printable(key, 40) + "\" is not known");
    }
  }
  if (plugin.name.empty()) bad(file, line, "it has no name");
  return plugin;
}

void add_folder(std::vector<Plugin>& plugins, const std::string& folder, bool trusted) {
  glob_t found{};
  std::vector<std::string> files;
  if (glob((folder + "/*.format").c_str(), 0, nullptr, &found) == 0) {
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  for (const std::string& file : files) {
    plugins.push_back(parse_description(file));
    plugins.back().trusted = trusted;
  }
}

}  // namespace

std::vector<Plugin> find_plugins() {
  std::vector<Plugin> plugins;
  std::string self(PATH_MAX, '\0');
  const ssize_t length = readlink("/proc/self/exe", self.data(), self.size());
  if (length > 0) {
    self.resize(static_cast<std::size_t>(length));
    const std::string folder = self.substr(0, self.rfind('/'));
    const bool is_helper = folder.ends_with("/libexec/streamlib");
    add_folder(plugins, folder + (is_helper ? "/../.." : "/..") + "/share/streamlib/formats", true);
  }
  const char* variable = std::getenv("SL_FORMATS");
  std::istringstream folders(variable == nullptr ? "" : variable);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (!folder.empty()) add_folder(plugins, folder, false);
  }
  return plugins;
}

std::optional<Plugin> find_plugin_by_content(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  for (Plugin& plugin : find_plugins()) {
    const bool matches = std::ranges::any_of(plugin.magic, [&](const Plugin::Magic& magic) {
      return text.size() >= magic.offset && text.substr(magic.offset).starts_with(magic.bytes);
    });
    if (matches && !plugin.decode.empty()) return std::move(plugin);
  }
  return std::nullopt;
}

std::optional<Plugin> find_plugin_by_extension(std::string_view extension) {
  for (Plugin& plugin : find_plugins()) {
    if (!plugin.encode.empty() && std::ranges::find(plugin.extensions, extension) != plugin.extensions.end()) {
      return std::move(plugin);
    }
  }
  return std::nullopt;
}

Helper start_plugin(const Plugin& plugin, const std::vector<std::string>& command, int input, int output) {
  if (access(command[0].c_str(), X_OK) != 0) throw system_error(Status::Missing, plugin.file + ": " + command[0]);
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::vector<std::string> readable{"/usr",
                                    "/bin",
                                    "/lib",
                                    "/lib64",
                                    "/etc/ld.so.cache",
                                    "/dev/zero",
                                    "/dev/urandom",
                                    command[0].substr(0, command[0].rfind('/') + 1)};
  readable.insert(readable.end(), plugin.reads.begin(), plugin.reads.end());
  const int parent = getpid();
  const int child = fork();
  if (child < 0) throw system_error(Status::Resources, plugin.name);
  if (child == 0) {
    die_with_parent(parent);
    if (input >= 0) dup2(input, STDIN_FILENO);
    if (output >= 0) dup2(output, STDOUT_FILENO);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    if (!plugin.trusted) confine_to(readable);
    execv(argv[0], argv.data());
    dprintf(STDERR_FILENO, "%s: cannot be run: %s\n", argv[0], strerror(errno));
    _exit(static_cast<int>(Status::Missing));
  }
  return {child, plugin.name};
}

int start_feeder(Source& source) {
  const PipeEnds pipe = make_pipe();
  const int parent = getpid();
  const int child = fork();
  if (child < 0) throw system_error(Status::Resources, "a process");
  if (child > 0) {
    close(pipe.write);
    close(source.release());
    return pipe.read;
  }
  die_with_parent(parent);
  dup2(pipe.write, STDOUT_FILENO);
  const auto keep = static_cast<unsigned>(std::max(source.fd(), STDERR_FILENO));
  if (keep > STDERR_FILENO + 1) close_range(STDERR_FILENO + 1, keep - 1, 0);
  close_range(keep + 1, ~0U, 0);
  try {
    source.on_wait({}, -1);
    source.end_header();
    std::vector<std::byte> buffer(256 << 10);
    while (const std::size_t count = source.read(buffer)) {
      for (std::size_t done = 0; done < count;) {
        const ssize_t written = write(STDOUT_FILENO, buffer.data() + done, count - done);
        if (written < 0 && errno != EINTR) _exit(static_cast<int>(Status::Io));
        if (written > 0) done += static_cast<std::size_t>(written);
      }
    }
  } catch (const Error& error) {
    warn(error.what());
    _exit(static_cast<int>(error.status()));
  }
  _exit(0);
}

}  // namespace sl
