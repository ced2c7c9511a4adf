// What a TIFF says of a page beside its pixels, as attachments; and back.

#pragma once

#include <vector>

#include "formats/format.h"
#include "formats/picture.h"
#include "formats/tiff/directory.h"
#include "formats/tiff/file.h"

namespace sl::tiff {

// Return the metadata of a page: an EXIF with its orientation, density, texts and directories of EXIF and GPS; `icc`,
// `xmp`, `iptc` and `photoshop`. Report each thing that is left out.
[[nodiscard]] std::vector<Attachment> read_metadata(FileStructure& file, const FileDirectory& page,
                                                    const LeftOut& left_out);

// Set the tags of the current directory of a file that is written, and append directories of EXIF and GPS to `store`,
// which is the file's. Report each thing that is left out.
void write_metadata(File& file, Store& store, bool big_tiff, const Picture& picture, const LeftOut& left_out);

}  // namespace sl::tiff
