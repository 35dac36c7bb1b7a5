// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QChar>
#include <QRandomGenerator>
#include <QString>

#include <array>

namespace signalbox::testing {

// Texts that mix what the split patterns tell apart: words, scripts without spaces, marks, digits of several scripts,
// white space of all kinds, contractions. Only characters that Unicode 13 had, since Qt's tables and those of PCRE2 may
// be of different versions, and not U+180E, which PCRE2 takes for white space and Unicode does not.
class RandomText
{
public:
    explicit RandomText(quint32 seed) : m_random(seed) {}

    QString next(int most)
    {
        QString text;
        const int count = m_random.bounded(most) + 1;
        for (int i = 0; i < count; ++i)
            append(text);
        return text;
    }

    QRandomGenerator &random() { return m_random; }

private:
    void append(QString &text)
    {
        static const std::array<QString, 44> samples = {QStringLiteral("a"),          QStringLiteral("Z"),
                                                        QStringLiteral("word"),       QStringLiteral("Word"),
                                                        QStringLiteral("WORD"),       QStringLiteral("'s"),
                                                        QStringLiteral("'LL"),        QStringLiteral("'Ve"),
                                                        QStringLiteral("'re"),        QStringLiteral("'d"),
                                                        QStringLiteral("'\u017f"),    QStringLiteral("'"),
                                                        QStringLiteral(" "),          QStringLiteral("  "),
                                                        QStringLiteral("\t"),         QStringLiteral("\n"),
                                                        QStringLiteral("\r\n"),       QStringLiteral("\n\n"),
                                                        QStringLiteral("\u00a0"),     QStringLiteral("\u0085"),
                                                        QStringLiteral("\u2028"),     QStringLiteral("\u3000"),
                                                        QStringLiteral("\u000b"),     QStringLiteral("1"),
                                                        QStringLiteral("2024"),       QStringLiteral("\u0663"),
                                                        QStringLiteral("\u00bd"),     QStringLiteral("\u2163"),
                                                        QStringLiteral("\u0301"),     QStringLiteral("\u20dd"),
                                                        QStringLiteral("\u0903"),     QStringLiteral("\u02b0"),
                                                        QStringLiteral("\u01c5"),     QStringLiteral("\u4e2d\u6587"),
                                                        QStringLiteral("\u3042"),     QStringLiteral("\u00e9"),
                                                        QStringLiteral("\u00c9"),     QStringLiteral("/"),
                                                        QStringLiteral("//"),         QStringLiteral("!?"),
                                                        QStringLiteral("(\""),        QStringLiteral("\U0001F600"),
                                                        QStringLiteral("\U00010400"), QStringLiteral("\u200d")};
        if (m_random.bounded(4) > 0) {
            text += samples[m_random.bounded(static_cast<quint32>(samples.size()))];
            return;
        }
        const char32_t code = anyCode();
        text += QString::fromUcs4(&code, 1);
    }

    char32_t anyCode()
    {
        while (true) {
            const quint32 plane = m_random.bounded(8U);
            const char32_t code =
                plane == 0 ? m_random.bounded(0x20000U) : m_random.bounded(plane < 4 ? 0x800U : 0x10000U);
            const auto since = QChar::unicodeVersion(code);
            if (!QChar::isSurrogate(code) && code != 0x180e && code != 0 && since != QChar::Unicode_Unassigned &&
                since <= QChar::Unicode_13_0)
                return code;
        }
    }

    QRandomGenerator m_random;
};

} // namespace signalbox::testing
