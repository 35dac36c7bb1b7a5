// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/record_codec.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace signalbox {

namespace {

constexpr char formatVersion = 5;
// What a journal of an older program may still hold.
constexpr char withoutLosses = 1;
constexpr char withoutPlan = 2;
constexpr char withoutTag = 3;
constexpr char withoutPhases = 4;

constexpr size_t longestNumber = 10; // 64 bits, seven to a byte

// No less than what Packer writes.
class Sizer
{
public:
    size_t size() const { return m_size; }

    template<class T>
    void operator()(const T &)
    {
        m_size += longestNumber;
    }
    template<class T>
    void operator()(const std::optional<T> &)
    {
        m_size += 1 + longestNumber;
    }
    void operator()(const std::string &text) { m_size += longestNumber + text.size(); }
    template<class T>
    void list(const std::vector<T> &items)
    {
        m_size += longestNumber;
        for (const T &item : items)
            fields(*this, item);
    }

private:
    size_t m_size = 0;
};

// Writes to memory that is known to be enough: a string that looks at its capacity for each byte takes twice as long.
class Packer
{
public:
    explicit Packer(char *at) : m_at(at) {}
    char *end() const { return m_at; }

    void operator()(int64_t value)
    {
        auto rest =
            static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63); // small negatives stay small
        while (rest >= 0x80) {
            *m_at++ = static_cast<char>(rest | 0x80);
            rest >>= 7;
        }
        *m_at++ = static_cast<char>(rest);
    }
    void operator()(double value)
    {
        std::memcpy(m_at, &value, sizeof value);
        m_at += sizeof value;
    }
    void operator()(const std::string &text)
    {
        (*this)(static_cast<int64_t>(text.size()));
        m_at = std::copy(text.begin(), text.end(), m_at);
    }
    void operator()(int value) { (*this)(static_cast<int64_t>(value)); }
    void operator()(bool value) { *m_at++ = static_cast<char>(value); }
    template<class T>
    void operator()(const std::optional<T> &value)
    {
        (*this)(value.has_value());
        if (value)
            (*this)(*value);
    }
    template<class T>
    requires std::is_enum_v<T>
    void operator()(T value) { (*this)(static_cast<int64_t>(value)); }
    template<class T>
    void list(const std::vector<T> &items)
    {
        (*this)(static_cast<int64_t>(items.size()));
        for (const T &item : items)
            fields(*this, item);
    }

private:
    char *m_at;
};

class Unpacker
{
public:
    explicit Unpacker(std::string_view in) : m_in(in) {}
    bool good() const { return m_good; }
    bool atEnd() const { return m_in.empty(); }

    void operator()(int64_t &value)
    {
        uint64_t rest = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<uint8_t>(take(1)[0]);
            rest |= static_cast<uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80)
                break;
        }
        value = static_cast<int64_t>(rest >> 1 ^ (~(rest & 1) + 1));
    }
    void operator()(double &value) { std::memcpy(&value, take(sizeof value).data(), sizeof value); }
    void operator()(std::string &text)
    {
        int64_t size = 0;
        (*this)(size);
        if (size < 0 || static_cast<uint64_t>(size) > m_in.size())
            m_good = false;
        else
            text = take(static_cast<size_t>(size));
    }
    void operator()(int &value)
    {
        int64_t wide = 0;
        (*this)(wide);
        value = static_cast<int>(wide);
    }
    void operator()(bool &value) { value = take(1)[0] != 0; }
    template<class T>
    void operator()(std::optional<T> &value)
    {
        bool there = false;
        (*this)(there);
        value.reset();
        if (there)
            (*this)(value.emplace());
    }
    template<class T>
    requires std::is_enum_v<T>
    void operator()(T &value)
    {
        int64_t number = 0;
        (*this)(number);
        value = static_cast<T>(number);
    }
    template<class T>
    void list(std::vector<T> &items)
    {
        int64_t count = 0;
        (*this)(count);
        if (count < 0 || static_cast<uint64_t>(count) > m_in.size()) // an item takes at least a byte
            m_good = false;
        size_t used = 0;
        for (int64_t i = 0; i < count && m_good; ++i, ++used)
            fields(*this, used < items.size() ? items[used] : items.emplace_back());
        items.resize(used);
    }

private:
    std::string_view take(size_t count)
    {
        static constexpr char zeros[8] = {};
        if (count > m_in.size()) {
            m_good = false;
            m_in = {};
            return {zeros, sizeof zeros};
        }
        const std::string_view taken = m_in.substr(0, count);
        m_in.remove_prefix(count);
        return taken;
    }

    std::string_view m_in;
    bool m_good = true;
};

// One list of fields for both directions: R is const when packing.
template<class Archive, class R>
requires std::is_same_v<std::remove_const_t<R>, TokenUsage>
void fields(Archive &archive, R &usage)
{
    archive(usage.input);
    archive(usage.cachedInput);
    archive(usage.cacheWrite);
    archive(usage.output);
    archive(usage.reasoning);
}

template<class Archive, class R>
requires std::is_same_v<std::remove_const_t<R>, Cost>
void fields(Archive &archive, R &cost)
{
    archive(cost.nanoUsd);
    archive(cost.state);
    archive(cost.priceId);
}

template<class Archive, class R>
requires std::is_same_v<std::remove_const_t<R>, AttemptRecord>
void fields(Archive &archive, R &attempt)
{
    archive(attempt.n);
    archive(attempt.provider);
    archive(attempt.model);
    archive(attempt.credential);
    archive(attempt.status);
    archive(attempt.errorClass);
    archive(attempt.startedAtMs);
    archive(attempt.connectMs);
    archive(attempt.ttfbMs);
    archive(attempt.durationMs);
    archive(attempt.retryAfterMs);
    fields(archive, attempt.usage);
    fields(archive, attempt.cost);
}

template<class Archive, class R>
requires std::is_same_v<std::remove_const_t<R>, StoredBody>
void fields(Archive &archive, R &body)
{
    archive(body.kind);
    archive(body.contentType);
    archive(body.bytes);
    archive(body.cut);
}

template<class Archive, class R>
requires std::is_same_v<std::remove_const_t<R>, LossRecord>
void fields(Archive &archive, R &loss)
{
    archive(loss.pointer);
    archive(loss.kind);
    archive(loss.reason);
    archive(loss.reply);
}

template<class Archive, class R>
requires std::is_same_v<std::remove_const_t<R>, RequestRecord>
void fields(Archive &archive, R &record, char version, [[maybe_unused]] RecordBodies bodies = RecordBodies::With)
{
    archive(record.id);
    archive(record.startedAtMs);
    archive(record.project);
    archive(record.client);
    archive(record.user);
    archive(record.dialect);
    archive(record.route);
    archive(record.requestedModel);
    archive(record.provider);
    archive(record.model);
    archive(record.credential);
    archive(record.status);
    archive(record.error);
    archive(record.stream);
    archive(record.cache);
    archive(record.ttftMs);
    archive(record.durationMs);
    archive(record.overheadUs);
    fields(archive, record.usage);
    fields(archive, record.cost);
    archive(record.lossCount);
    archive(record.traceId);
    archive(record.spanId);
    archive(record.session);
    archive.list(record.attempts);
    if constexpr (std::is_const_v<R>) {
        static const std::vector<StoredBody> none;
        archive.list(bodies == RecordBodies::With ? record.bodies : none);
    } else {
        archive.list(record.bodies);
    }
    if (version != withoutLosses)
        archive.list(record.losses);
    if (version > withoutPlan)
        archive(record.plan);
    if (version > withoutTag)
        archive(record.tag);
    if (version > withoutPhases)
        archive(record.phases);
}

} // namespace

void encodeRecord(const RequestRecord &record, std::string &out, RecordBodies bodies)
{
    Sizer sizer;
    fields(sizer, record, formatVersion, bodies);
    const size_t begin = out.size();
    out.resize(begin + 1 + sizer.size());
    out[begin] = formatVersion;
    Packer packer(out.data() + begin + 1);
    fields(packer, record, formatVersion, bodies);
    out.resize(static_cast<size_t>(packer.end() - out.data()));
}

bool decodeRecord(std::string_view bytes, RequestRecord &record)
{
    if (bytes.empty() || bytes.front() < withoutLosses || bytes.front() > formatVersion)
        return false;
    if (bytes.front() <= withoutPhases)
        record.phases.clear();
    if (bytes.front() <= withoutTag)
        record.tag.clear();
    if (bytes.front() == withoutLosses)
        record.losses.clear();
    if (bytes.front() <= withoutPlan)
        record.plan.clear();
    Unpacker unpacker(bytes.substr(1));
    fields(unpacker, record, bytes.front());
    return unpacker.good() && unpacker.atEnd() && !record.id.empty();
}

std::optional<RequestRecord> decodeRecord(std::string_view bytes)
{
    RequestRecord record;
    if (!decodeRecord(bytes, record))
        return std::nullopt;
    return record;
}

} // namespace signalbox
