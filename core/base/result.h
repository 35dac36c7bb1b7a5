// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/system/result.hpp>

#include <string>

namespace signalbox {

// What went wrong, for a person and for a program. `code` is stable and machine readable (snake_case),
// `message` says what happened and, where possible, what to do; it never holds a secret.
// `httpStatus` is what an HTTP client would be told; 0 where that makes no sense.
struct Error {
    Error() = default;
    // Named, so that a text alone never turns into an Error (and Result<std::string> stays unambiguous).
    Error(std::string errorCode, std::string text, int status = 0)
        : code(std::move(errorCode)), message(std::move(text)), httpStatus(status)
    {
    }

    std::string code;
    std::string message;
    int httpStatus = 0;

    bool operator==(const Error &) const = default;
};

// Value or Error. Never call value() without a check: it throws, and exceptions do not cross our folders.
template<class T>
using Result = boost::system::result<T, Error>;

[[noreturn]] void throw_exception_from_error(const Error &error, const boost::source_location &location);

} // namespace signalbox
