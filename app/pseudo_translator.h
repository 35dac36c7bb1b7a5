// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QTranslator>

namespace signalbox {

// A language for trying the console out: every text a third longer, with accents, between brackets. What stays plain is
// not translatable, what loses its bracket is cut off. Place markers, mnemonics and mark-up stay as they are.
class PseudoTranslator final : public QTranslator
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PseudoTranslator)

public:
    using QTranslator::QTranslator;

    QString translate(const char *context, const char *source, const char *disambiguation, int n) const override;
    bool isEmpty() const override { return false; }

    static QString stretched(const QString &text);
};

} // namespace signalbox
