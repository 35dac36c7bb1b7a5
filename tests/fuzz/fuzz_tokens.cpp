// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/bpe.h"
#include "core/tokens/image_size.h"
#include "core/tokens/media_rules.h"
#include "core/tokens/request_counter.h"
#include "core/tokens/splitter.h"
#include "tests/fuzz/fuzz_one.h"

#include <cstdlib>
#include <string>
#include <string_view>

using namespace signalbox;

namespace {

void check(VocabularyId id, std::string_view text)
{
    static Bpe o200k(Vocabulary::of(VocabularyId::O200k));
    static Bpe cl100k(Vocabulary::of(VocabularyId::Cl100k));
    Bpe &bpe = id == VocabularyId::O200k ? o200k : cl100k;
    std::string storage;
    const std::string_view valid = validUtf8(text, storage);
    const auto ids = bpe.encode(text);
    if (bpe.decode(ids) != valid || bpe.count(text) != static_cast<int64_t>(ids.size()))
        std::abort();
}

} // namespace

// Whatever the bytes: what is encoded decodes to them (or to their repaired form), counts agree, and neither bodies nor
// media headers lead astray.
int fuzzOne(const uint8_t *data, size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    check(VocabularyId::O200k, text);
    check(VocabularyId::Cl100k, text);
    PrefixMemo memo(4);
    RequestCounter counter(memo);
    const TokenFamily family = tokenFamilyOf("gemini-2.5-pro");
    const RequestTokens tokens = counter.countBody(text, family);
    if (tokens.text < 0 || tokens.other < 0)
        std::abort();
    for (const MediaKind kind : {MediaKind::Image, MediaKind::Audio, MediaKind::Video, MediaKind::Document}) {
        if (mediaTokens(family, {kind, text, {}}).tokens < 0)
            std::abort();
    }
    return 0;
}
