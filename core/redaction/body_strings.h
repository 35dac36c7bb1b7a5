// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// A stretch of a body to be looked at as one text.
struct BodyPart {
    enum class Kind {
        String, // inside the quotes of JSON
        Bare,   // a number of JSON: what takes its place needs quotes
        Plain   // of no JSON
    };
    Kind kind = Kind::Plain;
    size_t begin = 0;
    size_t end = 0;
    // Pieces of one text in the events of a stream have the same number, in their order; 0: stands alone.
    uint64_t stream = 0;

    bool operator==(const BodyPart &) const = default;
};

// Cuts a body into its parts: JSON values (one, or one a line), events whose data are JSON, or plain text. Nothing is
// refused: of what is broken or cut every byte that is no punctuation of JSON is in some part. Keys are parts, too.
std::vector<BodyPart> partsOfBody(std::string_view body);

// The text of JSON strings, one behind the other, which knows where each of its bytes stands in the body.
class UnescapedText
{
public:
    void append(std::string_view body, size_t begin, size_t end); // the inside of a string's quotes
    std::string_view text() const { return m_text; }

    struct Range {
        size_t begin = 0;
        size_t end = 0;
    };
    // Where the bytes from `begin` to `end` of the text stand, one range for each piece that they are in.
    std::vector<Range> rangesOf(size_t begin, size_t end) const;

private:
    struct Jump { // from here on the text goes with the body byte by byte
        size_t text = 0;
        size_t body = 0;
    };
    struct Piece {
        size_t textEnd = 0;
        size_t bodyEnd = 0;
        size_t jumps = 0; // number of the first one
    };

    void escape(std::string_view body, size_t &at, size_t end);
    size_t placeOf(size_t text, const Piece &piece, size_t jumpsEnd) const;

    std::string m_text;
    std::vector<Jump> m_jumps;
    std::vector<Piece> m_pieces;
};

} // namespace signalbox
