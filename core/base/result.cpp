// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

#include <stdexcept>

namespace signalbox {

void throw_exception_from_error(const Error &error, const boost::source_location &)
{
    throw std::logic_error("value() of a failed Result: " + error.code + ": " + error.message);
}

} // namespace signalbox
