#pragma once

#include <vector>

#include <espalier/base/formats/zip.hpp>

namespace espalier {

/// The members that the central directory of an archive lists, each checked against its local header, the archive's
/// size and the other members. Source: PKWARE APPNOTE 6.3.9, sections 4.3 and 4.5.
/// @throws FormatError naming file, member and what is wrong
std::vector<ZipMember> read_zip_directory(const InputFile& archive, const ZipLimits& limits);

}  // namespace espalier
