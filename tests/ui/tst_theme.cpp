// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/motion.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/spinner.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDir>
#include <QtCore/QRegularExpression>
#include <QtGui/QImage>
#include <QtGui/QPainter>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStyle>

#include <cmath>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

double luminance(const QColor &color)
{
    const auto linear = [](double x) { return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return qMax(first, second) / qMin(first, second);
}

} // namespace

class TestTheme final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { theme().install(); }

    void contrast_data()
    {
        QTest::addColumn<int>("scheme");
        QTest::newRow("light") << int(Theme::Scheme::Light);
        QTest::newRow("dark") << int(Theme::Scheme::Dark);
        QTest::newRow("high contrast") << int(Theme::Scheme::HighContrast);
    }
    void contrast()
    {
        QFETCH(int, scheme);
        const auto in = Theme::Scheme(scheme);
        const auto check = [in](Token ink, Token ground, double floor) {
            const double ratio = ::contrast(theme().colorIn(in, ink), theme().colorIn(in, ground));
            QVERIFY2(ratio >= floor, qPrintable(u"token %1 on %2: %3"_s.arg(int(ink)).arg(int(ground)).arg(ratio)));
        };
        for (Token ground :
             {Token::Ground, Token::Surface, Token::Raised, Token::Sunken, Token::Hover, Token::Pressed}) {
            for (Token ink : {Token::Text, Token::Text2, Token::Text3})
                check(ink, ground, 4.5);
        }
        for (Token ink : {Token::AccentText, Token::ClearText, Token::CautionText, Token::StopText}) {
            check(ink, Token::Surface, 4.5);
            check(ink, Token::Ground, 4.5);
        }
        check(Token::OnAccent, Token::Accent, 4.5);
        check(Token::OnTooltip, Token::Tooltip, 4.5);
        check(Token::Axis, Token::Surface, 4.5);
        for (Token shape : {Token::Clear, Token::Caution, Token::Stop, Token::Idle, Token::Accent, Token::Control}) {
            check(shape, Token::Surface, 3);
            check(shape, Token::Ground, 3);
        }
        for (int slot = 0; slot < Theme::seriesCount; ++slot)
            QVERIFY(::contrast(theme().seriesIn(in, slot), theme().colorIn(in, Token::Surface)) >= 3);
    }

    // Words of 7:1 on whatever they may stand on, and shapes of 4.5:1.
    void highContrastIsHigh()
    {
        const auto ratio = [](Token ink, Token ground) {
            return ::contrast(theme().colorIn(Theme::Scheme::HighContrast, ink),
                              theme().colorIn(Theme::Scheme::HighContrast, ground));
        };
        for (Token ground : {Token::Ground, Token::Surface, Token::Raised, Token::Sunken, Token::Hover, Token::Pressed,
                             Token::ClearSoft, Token::CautionSoft, Token::StopSoft}) {
            for (Token ink : {Token::Text, Token::Text2, Token::Text3, Token::AccentText, Token::ClearText,
                              Token::CautionText, Token::StopText, Token::Disabled})
                QVERIFY2(ratio(ink, ground) >= 7,
                         qPrintable(u"%1 on %2: %3"_s.arg(int(ink)).arg(int(ground)).arg(ratio(ink, ground))));
        }
        QVERIFY(ratio(Token::OnTooltip, Token::Tooltip) >= 7);
        QVERIFY(::contrast(Qt::black, theme().colorIn(Theme::Scheme::HighContrast, Token::AccentSoft)) >= 7);
        for (Token shape : {Token::Clear, Token::Caution, Token::Stop, Token::Idle, Token::Accent, Token::Control})
            QVERIFY2(ratio(shape, Token::Surface) >= 4.5, qPrintable(QString::number(int(shape))));
    }

    void highContrastTellsSeriesByPattern()
    {
        theme().setMode(Theme::Mode::HighContrast);
        // As they look in a swatch, with the colour taken out.
        std::vector<QImage> looks;
        for (int slot = 0; slot < Theme::seriesCount; ++slot) {
            QImage image(14, 14, QImage::Format_RGB32);
            image.fill(Qt::black);
            QPainter painter(&image);
            QBrush brush = theme().seriesBrush(slot);
            QCOMPARE(brush.color(), theme().series(slot));
            brush.setColor(Qt::white);
            painter.fillRect(image.rect(), brush);
            looks.push_back(image);
        }
        for (size_t a = 0; a < looks.size(); ++a) {
            for (size_t b = a + 1; b < looks.size(); ++b) {
                int different = 0;
                for (int y = 0; y < 14; ++y) {
                    for (int x = 0; x < 14; ++x)
                        different += looks[a].pixel(x, y) != looks[b].pixel(x, y) ? 1 : 0;
                }
                QVERIFY2(different > 14 * 14 / 5, qPrintable(u"%1 and %2: %3"_s.arg(a).arg(b).arg(different)));
            }
        }
        theme().setMode(Theme::Mode::Light);
        QCOMPARE(theme().seriesBrush(3).style(), Qt::SolidPattern);
    }

    void reducedMotionTakesNoTime()
    {
        QCOMPARE(theme().motion(std::chrono::milliseconds(120)).count(), 120);
        theme().setReduceMotion(true);
        QCOMPARE(theme().motion(std::chrono::milliseconds(120)).count(), 0);
        Motion motion(this);
        QSignalSpy moved(&motion, &Motion::moved);
        motion.begin(Motion::folding);
        QCOMPARE(motion.left(), 0.0);
        QCOMPARE(moved.size(), 1);
        Spinner spinner;
        spinner.show();
        QVERIFY(!spinner.isTurning());
        const int wide = spinner.sizeHint().width(); // the word
        QCOMPARE(QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration), 0);
        theme().setReduceMotion(false);
        QVERIFY(spinner.isTurning());
        QVERIFY(spinner.sizeHint().width() < wide);
        spinner.hide();
        QVERIFY(!spinner.isTurning());
        motion.begin(Motion::folding);
        QVERIFY(motion.left() > 0.5);
        QTRY_COMPARE(motion.left(), 0.0);
        QVERIFY(moved.size() > 2);
    }

    void everyTokenIsRead()
    {
        for (Theme::Scheme scheme : {Theme::Scheme::Light, Theme::Scheme::Dark}) {
            for (int token = 0; token < int(Token::Count); ++token)
                QVERIFY2(theme().colorIn(scheme, Token(token)).isValid(), qPrintable(QString::number(token)));
        }
    }

    void switching()
    {
        QSignalSpy changed(&theme(), &Theme::themeChanged);
        theme().setMode(Theme::Mode::Light);
        const QColor light = QApplication::palette().color(QPalette::Window);
        theme().setMode(Theme::Mode::Dark);
        const QColor dark = QApplication::palette().color(QPalette::Window);
        QVERIFY(changed.count() >= 1);
        QCOMPARE(light, theme().colorIn(Theme::Scheme::Light, Token::Ground));
        QCOMPARE(dark, theme().colorIn(Theme::Scheme::Dark, Token::Ground));
        QCOMPARE(QApplication::palette().color(QPalette::Disabled, QPalette::Text), theme().color(Token::Disabled));
        QVERIFY(!qApp->styleSheet().contains(QRegularExpression(u"@[a-zA-Z]"_s)));
        QCOMPARE(Theme::modeFromName(Theme::modeName(Theme::Mode::HighContrast)), Theme::Mode::HighContrast);
        QCOMPARE(Theme::modeFromName(u"nonsense"_s), Theme::Mode::System);
    }

    void everyIconTakesTheColour()
    {
        const QStringList files = QDir(u":/signalbox/icons"_s).entryList({u"*.svg"_s});
        QVERIFY(files.size() >= 45);
        for (const QString &file : files) {
            const QString name = file.chopped(4);
            const QImage image = themeIcon(name, Token::Stop).pixmap(QSize(40, 40)).toImage();
            QVERIFY2(!image.isNull(), qPrintable(name));
            bool found = false;
            for (int y = 0; y < image.height() && !found; ++y) {
                for (int x = 0; x < image.width() && !found; ++x)
                    found = image.pixelColor(x, y) == theme().color(Token::Stop);
            }
            QVERIFY2(found, qPrintable(name));
        }
    }

    void marksDifferWithoutColour()
    {
        QList<QImage> shapes;
        for (Signal signal : {Signal::Clear, Signal::Caution, Signal::Held, Signal::Stop, Signal::Off}) {
            QImage image(24, 24, QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::transparent);
            QPainter painter(&image);
            SignalMark::paint(painter, image.rect(), signal, Qt::transparent);
            painter.end();
            const QImage alpha = image.convertToFormat(QImage::Format_Alpha8);
            QVERIFY(!shapes.contains(alpha));
            shapes += alpha;
            QVERIFY(!SignalMark::word(signal).isEmpty());
        }
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
