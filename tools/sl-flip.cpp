// sl-flip: frames mirrored.

#include "libcore/filter/geometry.h"
#include "libcore/pixels/mover.h"
#include "libcore/stage/tool.h"

namespace {

constexpr sl::Turn horizontal{true, false, false}, vertical{false, true, false}, both{true, true, false};
constexpr sl::Name<sl::Turn> directions[] = {
    {"horizontal", horizontal}, {"vertical", vertical}, {"both", both}, {"h", horizontal}, {"v", vertical}};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-flip", "Mirror every frame: left and right, top and bottom, or both.");
  tool.example("sl-flip horizontal in.jpg | sl-encode .png > mirrored.png", "left becomes right");
  tool.example("sl-flip both in.jpg | sl-encode .jpg > half-turn.jpg", "turned by half a turn");
  tool.example("sl-flip vertical film.mp4 | sl-encode -o upside-down.mp4");
  tool.describe(
      "Directions are those of the upright picture, however its samples are stored. No sample changes, but chroma that "
      "would fall between the places of its format (an odd width of 4:2:0, or chroma on the left pixels) becomes "
      "4:4:4. Mirroring left and right leaves row by row; any other direction keeps a frame in memory. Boxes of "
      "detections move with their pixels.");
  sl::Turn direction = horizontal;
  tool.argument("DIRECTION", direction, directions, "exchange left and right, top and bottom, or both");
  return tool.run(argc, argv,
                  sl::geometry([&](const sl::Track& from) { return sl::Mover(from, turn_by(from, direction)); }));
}
