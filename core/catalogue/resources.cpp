// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/resources.h"

#include "core/config/presets.h"

#include <QtCore/QResource>

namespace signalbox {

std::string_view catalogueResource(const char *name)
{
    presets(); // links this library's resources in
    const QResource resource(QStringLiteral(":/signalbox/catalogue/") + QString::fromLatin1(name));
    // Kept uncompressed in the program (see the .qrc), so that its pages are shared with the file and cost no heap.
    if (!resource.isValid() || resource.compressionAlgorithm() != QResource::NoCompression)
        return {};
    return {reinterpret_cast<const char *>(resource.data()), static_cast<size_t>(resource.size())};
}

} // namespace signalbox
