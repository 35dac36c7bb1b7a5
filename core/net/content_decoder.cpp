// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/content_decoder.h"

#include "core/net/http_head.h"

#include <QtCore/QtGlobal>

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace signalbox {

namespace {

constexpr size_t pieceBytes = 64 * 1024;
// More than two are never seen; each costs a window of memory.
constexpr size_t maxCodings = 4;
// RFC 9659: nobody may ask for a window above 8 MiB in a content coding.
constexpr int zstdWindowLogMax = 23;

Error corrupt(std::string_view coding)
{
    return {"content_corrupt", "the " + std::string(coding) + " content of the reply is damaged", 502};
}

Error tooLarge(size_t limit)
{
    return {"content_too_large", "the reply is larger than " + std::to_string(limit) + " bytes when decompressed", 502};
}

// One coding. Counts its own output, so that no bomb can hide in the middle of a list either.
class Stage
{
public:
    explicit Stage(size_t limit) : m_limit(limit) {}
    virtual ~Stage() = default;
    Q_DISABLE_COPY_MOVE(Stage)

    virtual Result<void> feed(std::string_view bytes, std::string &out) = 0;
    virtual bool ended() const = 0; // a whole content was seen, or none at all
    virtual std::string_view name() const = 0;

protected:
    bool emit(std::string &out, const void *bytes, size_t size)
    {
        if (size > m_limit - m_produced)
            return false;
        m_produced += size;
        out.append(static_cast<const char *>(bytes), size);
        return true;
    }
    Error limitError() const { return tooLarge(m_limit); }

private:
    size_t m_limit;
    size_t m_produced = 0;
};

class IdentityStage final : public Stage
{
public:
    using Stage::Stage;
    Result<void> feed(std::string_view bytes, std::string &out) override
    {
        if (!emit(out, bytes.data(), bytes.size()))
            return limitError();
        return {};
    }
    bool ended() const override { return true; }
    std::string_view name() const override { return "identity"; }
};

// gzip (RFC 1952, also several members in a row) and deflate. The latter should come in a zlib wrapper (RFC 9110
// section 8.4.1.2), but some servers send it bare; the first two bytes tell.
class ZlibStage final : public Stage
{
public:
    ZlibStage(size_t limit, bool gzip) : Stage(limit), m_gzip(gzip) {}
    ~ZlibStage() override
    {
        if (m_open)
            inflateEnd(&m_stream);
    }

    Result<void> feed(std::string_view bytes, std::string &out) override
    {
        if (bytes.empty())
            return {};
        if (m_open)
            return inflateAll(bytes, out);
        m_front.append(bytes);
        if (!m_gzip && m_front.size() < 2)
            return {};
        if (inflateInit2(&m_stream, windowBits()) != Z_OK)
            return corrupt(name());
        m_open = true;
        const std::string front = std::move(m_front);
        return inflateAll(front, out);
    }
    bool ended() const override { return m_open ? m_ended : m_front.empty(); }
    std::string_view name() const override { return m_gzip ? "gzip" : "deflate"; }

private:
    int windowBits() const
    {
        if (m_gzip)
            return 16 + MAX_WBITS;
        const auto first = static_cast<unsigned char>(m_front[0]);
        const auto second = static_cast<unsigned char>(m_front[1]);
        const bool wrapped = (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
        return wrapped ? MAX_WBITS : -MAX_WBITS;
    }

    Result<void> inflateAll(std::string_view bytes, std::string &out)
    {
        char piece[pieceBytes];
        m_stream.next_in = const_cast<Bytef *>(reinterpret_cast<const Bytef *>(bytes.data()));
        m_stream.avail_in = static_cast<uInt>(bytes.size());
        for (;;) {
            if (m_ended) {
                if (m_stream.avail_in == 0)
                    return {};
                if (!m_gzip || inflateReset(&m_stream) != Z_OK)
                    return corrupt(name());
                m_ended = false;
            }
            m_stream.next_out = reinterpret_cast<Bytef *>(piece);
            m_stream.avail_out = sizeof piece;
            const int result = inflate(&m_stream, Z_NO_FLUSH);
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
                return corrupt(name());
            if (!emit(out, piece, sizeof piece - m_stream.avail_out))
                return limitError();
            m_ended = result == Z_STREAM_END;
            if (!m_ended && m_stream.avail_out > 0) // took all it was given
                return {};
        }
    }

    bool m_gzip;
    bool m_open = false;
    bool m_ended = false;
    std::string m_front; // until the wrapper is known
    z_stream m_stream{};
};

class BrotliStage final : public Stage
{
public:
    explicit BrotliStage(size_t limit)
        : Stage(limit), m_state(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance)
    {
    }

    Result<void> feed(std::string_view bytes, std::string &out) override
    {
        if (bytes.empty())
            return {};
        m_started = true;
        const auto *in = reinterpret_cast<const uint8_t *>(bytes.data());
        size_t left = bytes.size();
        for (;;) {
            size_t none = 0;
            const auto result = BrotliDecoderDecompressStream(m_state.get(), &left, &in, &none, nullptr, nullptr);
            while (BrotliDecoderHasMoreOutput(m_state.get())) {
                size_t size = 0; // as much as there is
                const uint8_t *decoded = BrotliDecoderTakeOutput(m_state.get(), &size);
                if (!emit(out, decoded, size))
                    return limitError();
            }
            if (result == BROTLI_DECODER_RESULT_ERROR)
                return corrupt(name());
            if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
                return {};
            if (result == BROTLI_DECODER_RESULT_SUCCESS) {
                if (left > 0)
                    return corrupt(name());
                return {};
            }
        }
    }
    bool ended() const override { return !m_started || BrotliDecoderIsFinished(m_state.get()); }
    std::string_view name() const override { return "br"; }

private:
    std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> m_state;
    bool m_started = false;
};

class ZstdStage final : public Stage
{
public:
    explicit ZstdStage(size_t limit) : Stage(limit), m_stream(ZSTD_createDStream(), ZSTD_freeDStream)
    {
        ZSTD_DCtx_setParameter(m_stream.get(), ZSTD_d_windowLogMax, zstdWindowLogMax);
    }

    Result<void> feed(std::string_view bytes, std::string &out) override
    {
        char piece[pieceBytes];
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        bool full = false;
        while (in.pos < in.size || full) {
            ZSTD_outBuffer decoded{piece, sizeof piece, 0};
            const size_t result = ZSTD_decompressStream(m_stream.get(), &decoded, &in);
            if (ZSTD_isError(result))
                return corrupt(name());
            if (!emit(out, piece, decoded.pos))
                return limitError();
            m_ended = result == 0;
            full = decoded.pos == decoded.size && !m_ended;
        }
        return {};
    }
    bool ended() const override { return m_ended; }
    std::string_view name() const override { return "zstd"; }

private:
    std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> m_stream;
    bool m_ended = true; // frames may follow each other; between them is an end
};

class DecoderChain final : public ContentDecoder
{
public:
    explicit DecoderChain(std::vector<std::unique_ptr<Stage>> stages) : m_stages(std::move(stages)) {}

    Result<void> feed(std::string_view bytes, std::string &out) override
    {
        if (m_failed)
            return *m_failed;
        std::string between;
        std::string_view input = bytes;
        for (size_t i = 0; i < m_stages.size(); ++i) {
            const bool last = i + 1 == m_stages.size();
            std::string next;
            Result<void> result = m_stages[i]->feed(input, last ? out : next);
            if (!result) {
                m_failed = result.error();
                return result;
            }
            between = std::move(next);
            input = between;
        }
        return {};
    }

    Result<void> finish(std::string &) override
    {
        if (m_failed)
            return *m_failed;
        for (const auto &stage : m_stages) {
            if (!stage->ended())
                return Error{"content_corrupt",
                             "the " + std::string(stage->name()) + " content of the reply is cut off", 502};
        }
        return {};
    }

private:
    std::vector<std::unique_ptr<Stage>> m_stages; // in the order of undoing
    std::optional<Error> m_failed;
};

std::unique_ptr<Stage> makeStage(std::string_view coding, size_t limit)
{
    if (headerNameEquals(coding, "gzip") || headerNameEquals(coding, "x-gzip"))
        return std::make_unique<ZlibStage>(limit, true);
    if (headerNameEquals(coding, "deflate"))
        return std::make_unique<ZlibStage>(limit, false);
    if (headerNameEquals(coding, "br"))
        return std::make_unique<BrotliStage>(limit);
    if (headerNameEquals(coding, "zstd"))
        return std::make_unique<ZstdStage>(limit);
    return nullptr;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

} // namespace

Result<std::unique_ptr<ContentDecoder>> ContentDecoder::create(std::string_view contentEncoding, size_t maxOutputBytes)
{
    std::vector<std::unique_ptr<Stage>> stages;
    while (!contentEncoding.empty()) {
        const size_t comma = contentEncoding.find(',');
        const std::string_view coding = trimmed(contentEncoding.substr(0, comma));
        contentEncoding.remove_prefix(comma == std::string_view::npos ? contentEncoding.size() : comma + 1);
        if (coding.empty() || headerNameEquals(coding, "identity"))
            continue;
        std::unique_ptr<Stage> stage = makeStage(coding, maxOutputBytes);
        if (!stage || stages.size() == maxCodings)
            return Error{"content_encoding_unknown",
                         "the reply has an unknown content encoding: " + std::string(coding.substr(0, 40)), 502};
        stages.push_back(std::move(stage));
    }
    if (stages.empty())
        stages.push_back(std::make_unique<IdentityStage>(maxOutputBytes));
    std::reverse(stages.begin(), stages.end()); // listed in the order they were applied
    return std::unique_ptr<ContentDecoder>(std::make_unique<DecoderChain>(std::move(stages)));
}

} // namespace signalbox
