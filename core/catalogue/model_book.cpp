// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/model_book.h"

namespace signalbox {

struct ModelBook::Private {
};

ModelBook::ModelBook(std::shared_ptr<const Catalogue>, const Config &) : d(std::make_unique<Private>()) {}
ModelBook::~ModelBook() = default;

ModelFactsPtr ModelBook::find(std::string_view, std::string_view) const
{
    return nullptr;
}

Cost ModelBook::costOf(std::string_view, std::string_view, const TokenUsage &, bool) const
{
    return {};
}

} // namespace signalbox
