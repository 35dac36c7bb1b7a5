// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/tap_relay.h"

namespace signalbox {

TapRelay::TapRelay(std::unique_ptr<ReplyRelay> inner, std::unique_ptr<ReplyDecoder> decoder)
    : m_inner(std::move(inner)), m_decoder(std::move(decoder))
{
}

void TapRelay::readFacts()
{
    m_facts.usage = m_inner->usage();
    m_facts.error = m_inner->error();
    m_facts.contentEvents = m_inner->contentEvents();
    m_facts.sawContent = m_inner->sawContent();
    m_facts.done = m_inner->isDone();
}

Result<void> TapRelay::feed(std::string_view bytes, std::string &out)
{
    m_good = m_good && m_decoder->feed(bytes, m_folder);
    const Result<void> done = m_inner->feed(bytes, out);
    readFacts();
    return done;
}

Result<void> TapRelay::finish(std::string &out)
{
    m_good = m_good && m_decoder->finish(m_folder);
    const Result<void> done = m_inner->finish(out);
    readFacts();
    return done;
}

Result<std::string> TapRelay::whole(std::string body)
{
    m_good = m_good && m_decoder->whole(body, m_folder);
    auto done = m_inner->whole(std::move(body));
    readFacts();
    return done;
}

} // namespace signalbox
