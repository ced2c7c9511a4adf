// sl-composite: pictures and films as layers of one picture.

#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/bytes/control_lines.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/options.h"
#include "libcore/stage/tool.h"
#include "tools/composite/composite_stage.h"
#include "tools/composite/scene.h"
#include "tools/composite/timeline.h"

namespace {

void describe(sl::Tool& tool) {
  tool.example("sl-composite in.jpg 'b.jpg[width=25%,gravity=southeast,x=10,y=10,opacity=0.8]' -o marked.png");
  tool.example("sl-composite film.mp4 --layer a.jpg 'width=25%,gravity=southeast,name=logo' -o out.mkv");
  tool.example("sl-composite --layout grid --size 640x480 in.jpg a.jpg b.jpg in.jpg -o four.png");
  tool.describe(
      "Each LAYER is an input, with options in brackets: x, y (pixels from the side that gravity names, inwards), "
      "gravity, width, height (pixels, or a part of the canvas: 25%; one alone keeps the proportions), "
      "fit=fill|contain|cover, crop (as sl-crop), flip=horizontal|vertical|both, rotate (degrees clockwise: quarter turns "
      "before the size, other angles after it, about the middle), radius (of the corners: pixels, or 50% of the shorter "
      "side), tile=yes (repeated over the canvas), mask (another layer, which is not shown: its luma is multiplied into the "
      "alpha), z (higher lies above), opacity (0 to 1), visible=yes|no, blend, start "
      "(a time after which it is shown), name (by default that of its file), required=no (continue without it if it "
      "fails), tracks, and of its sound: sound=yes|no, gain (-6dB, x0.5), mute=yes|no, duck=LAYER (softer while that one "
      "is heard). Other options are its decoder's. Shells take brackets for patterns: quote them, or write "
      "--layer INPUT OPTIONS.");
  tool.describe(
      "The master, by default the first layer, gives size, pixel format, colours, times, metadata and all other tracks. Of "
      "the others pictures are used, at the nearest time, before and after their ends the first and the "
      "last one. A still stays. Layers of other colours (primaries, transfer, profile) are converted to the master's. "
      "blend is over, another operator of Porter and Duff, or multiply, screen, overlay, darken, lighten, difference, add; "
      "those make R'G'B' of YUV, while all others work in YUV. With blend=mask, its luma is the alpha of all below it.");
  tool.describe(
      "The master's sound is heard, and that of layers with sound=yes, which may have no pictures; sound=no omits the "
      "master's. The sum has the master's format; sl-resample gives other layers its rate and channels.");
  tool.describe(
      "--control takes lines while it runs: logo.opacity=0.3, clip.x=40 clip.y=20 over 500ms, 2.visible=no, music.gain=-12dB "
      "(x, y, opacity, gain and mute can take time; z, visible and duck change at once). A line may begin with a time after "
      "the first picture, @12.5s logo.opacity=0 over 1s: it happens with the first picture at that time or later, so a file "
      "of such lines gives the same film each time. Lines without a time count from the next picture on. One that is wrong "
      "is reported, and ignored. "
      "\"scene NAME over 500ms\" shows another scene of --scene, and fades to it; lines change a layer in the scene that is "
      "shown, or in another one: talk/logo.x=40.");
  tool.describe(
      "A scene file has a layer on each line. A line [NAME] begins a scene, which shows only the layers that it lists, the "
      "lowest first: inputs, or names of layers that are there already, each with the place that it has in this scene. The "
      "first scene is shown at the start. The file is read again when it changes, and on SIGHUP, which also undoes "
      "changes by lines; inputs that are new, and start, required, tracks and options of decoders, need a new start. "
      "--preview-to sends the picture of another scene, without sound, to a second output, a wire: --preview names it, "
      "and the line \"preview NAME\" changes it. A live one leaves out what its reader does not take in time.");
  tool.describe(
      "--late says what a picture that has not come yet, or is over, does: hold keeps the one before, blank shows nothing, "
      "drop leaves out the master's picture, wait waits for it. hold is the default if the master is live; else wait, "
      "which shows the last picture of a layer that has ended.");
}

// `--layer INPUT OPTIONS` as one argument, INPUT[OPTIONS].
std::vector<std::string> joined(int argc, char** argv) {
  std::vector<std::string> words;
  for (int i = 0; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--") {
      words.insert(words.end(), argv + i, argv + argc);
      break;
    }
    if (word == "--layer" && i + 2 < argc) {
      words.push_back(sl::with_options(argv[i + 1], argv[i + 2]));
      i += 2;
    } else {
      words.push_back(word);
    }
  }
  return words;
}

using File = std::pair<dev_t, ino_t>;
// Return which pipe a name stands for, if it is one.
std::optional<File> pipe_of(const std::string& name) {
  struct stat info {};
  const int result = name == "-" ? fstat(STDIN_FILENO, &info) : stat(name.c_str(), &info);
  if (result != 0 || !S_ISFIFO(info.st_mode)) return std::nullopt;
  return File{info.st_dev, info.st_ino};
}

// Two readers of one pipe would take records from each other, and a layer that is made of the result waits for itself.
void refuse_shared_pipes(const std::vector<std::string>& inputs, const std::string& preview) {
  std::map<File, std::string> pipes;
  const std::optional<File> outputs[] = {pipe_of("/dev/stdout"), pipe_of(preview)};
  for (const std::string& input : inputs) {
    const std::string name = sl::split_options(input).name;
    const std::optional<File> pipe = pipe_of(name);
    if (!pipe) continue;
    if (std::ranges::find(outputs, pipe) != std::end(outputs)) {
      throw sl::Error(sl::Status::Usage, "a layer reads the pipe that the result is written to, " + name);
    }
    const auto [other, is_new] = pipes.try_emplace(*pipe, name);
    if (!is_new) throw sl::Error(sl::Status::Usage, "two layers read the same pipe, " + other->second);
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Let the memory of one picture serve for the next one: the system clears what it gives, which takes as long as a
  // copy.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  sl::Tool tool("sl-composite", "Put pictures and films over each other as layers of one picture.");
  describe(tool);
  sl::CompositeSettings settings;
  std::vector<std::string> layers;
  std::string master = "1", control_name, scene_name, previewed, preview_name;
  std::optional<sl::ControlLines> control;
  std::optional<sl::SceneFile> scenes;
  std::optional<sl::Preview> preview;
  tool.option("--layer", layers, "INPUT OPTIONS", "a layer with its options as the next word, without brackets");
  tool.option("--size,-s", settings.stack.size, "WxH", "size of the result (default: the master's)");
  tool.option("--master,-m", master, "LAYER", "name or number of the layer that gives the times");
  tool.option("--layout", settings.stack.layout, sl::layout_names, "where layers lie that do not say it themselves");
  tool.option("--late", settings.late, sl::late_names, "what to show of a layer whose picture is late");
  tool.option("--control", control_name, "PLACE", "read changes from a file, a FIFO or a descriptor (a number)");
  tool.option("--scene", scene_name, "FILE", "more layers and scenes, a line each; read again when it changes");
  tool.option("--preview", previewed, "SCENE", "the scene that --preview-to gets (default: the second one)");
  tool.option("--preview-to", preview_name, "PLACE", "write a scene to a file, a FIFO or a descriptor (a number) too");
  tool.use_threads();
  sl::Tool::InputRules rules;
  rules.own_options = sl::layer_keys();
  rules.reopens = true;
  rules.starts_without = [&] { return settings.late && *settings.late != sl::Late::Wait; };
  rules.optional = [&](std::size_t number) { return !settings.stack.layers[number - 1].required; };
  rules.help = "the layers, the lowest first: files, wires, FIFOs, URLs, or - for standard input";
  rules.more = [&] {
    if (scene_name.empty()) return std::vector<std::string>();
    scenes.emplace(scene_name);
    return scenes->inputs(tool.input_names());
  };
  tool.inputs(std::move(rules));
  tool.check([&] {
    if (!layers.empty()) throw sl::Error(sl::Status::Usage, "--layer takes two words: INPUT and OPTIONS");
    for (const std::string& input : tool.input_names()) settings.stack.layers.push_back(sl::parse_layer(input));
    refuse_shared_pipes(tool.input_names(), preview_name);
    sl::resolve_masks(settings.stack.layers);
    settings.stack.master = sl::find_layer("--master", master, settings.stack.layers);
    settings.stack.layers[settings.stack.master].required = true;
    settings.stack.threads = tool.threads();
    settings.may_change = scenes || !control_name.empty();
    settings.stack.scenes =
        scenes ? scenes->scenes(settings.stack.layers) : std::vector<sl::Scene>{sl::scene_of(settings.stack.layers)};
    settings.stack.previewed = sl::find_scene(previewed, settings.stack.scenes);
    if (!previewed.empty() && preview_name.empty()) throw sl::Error(sl::Status::Usage, "--preview needs --preview-to");
  });
  tool.prepare([&](sl::SandboxPlan& plan) {
    if (scenes) scenes->watch(plan);
    if (!control_name.empty()) control.emplace(control_name, plan);
    if (!preview_name.empty()) preview.emplace(preview_name, plan);
  });
  tool.on_failure([&](const sl::Error& error) {
    if (preview) preview->fail(error);
    return std::string();
  });
  std::vector<std::string> words = joined(argc, argv);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  return tool.run(static_cast<int>(words.size()), arguments.data(), [&](sl::Inputs& inputs, sl::Writer& out) {
    sl::Timeline timeline(settings.stack.layers);
    const auto change = [&](std::int64_t time, sl::Show& show) {
      if (auto other = scenes ? scenes->changed(settings.stack.layers) : std::nullopt) {
        show.replace(std::move(other->scenes), other->asked);
      }
      if (control) control->take([&](std::string_view line) { timeline.add(line, show); });
      timeline.apply(time, show);
    };
    sl::composite(inputs, out, settings, change, preview ? &*preview : nullptr);
  });
}
