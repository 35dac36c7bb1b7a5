// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pseudo_translator.h"

#include <algorithm>

namespace signalbox {

namespace {

QChar accented(QChar letter)
{
    static const QString plain = QStringLiteral("aeiouycnAEIOUYCN");
    static const QString marked = QStringLiteral("áéíóúýçñÁÉÍÓÚÝÇÑ");
    const qsizetype at = plain.indexOf(letter);
    return at < 0 ? letter : marked.at(at);
}

// The length of what must stay as it is from `at` on: %1, %L2, %n, &amp;, <b>. 0: an ordinary letter.
qsizetype fixedPart(const QString &text, qsizetype at)
{
    const QChar first = text.at(at);
    if (first == QLatin1Char('%')) {
        qsizetype end = at + 1;
        if (end < text.size() && text.at(end) == QLatin1Char('L'))
            ++end;
        if (end < text.size() && (text.at(end).isDigit() || text.at(end) == QLatin1Char('n')))
            return end + 1 - at;
        return 1;
    }
    const QChar last = first == QLatin1Char('<') ? QLatin1Char('>') : QLatin1Char(';');
    if (first != QLatin1Char('<') && first != QLatin1Char('&'))
        return 0;
    const qsizetype end = text.indexOf(last, at);
    const bool closed = end > at + 1 && !text.mid(at, end - at).contains(QLatin1Char(' '));
    return closed ? end + 1 - at : 1;
}

} // namespace

QString PseudoTranslator::stretched(const QString &text)
{
    if (std::none_of(text.begin(), text.end(), [](QChar c) { return c.isLetter(); }))
        return text;
    QString out = QStringLiteral("[");
    qsizetype letters = 0;
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype fixed = fixedPart(text, at);
        if (fixed > 0) {
            out += text.mid(at, fixed);
            at += fixed;
            continue;
        }
        out += accented(text.at(at++));
        ++letters;
    }
    out += QString((letters + 2) / 3, QLatin1Char('~'));
    return out + QLatin1Char(']');
}

QString PseudoTranslator::translate(const char *, const char *source, const char *, int) const
{
    return stretched(QString::fromUtf8(source));
}

} // namespace signalbox
