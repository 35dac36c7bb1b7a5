// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/theme.h"

#include "ui/widgets/signal_style.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QPointer>
#include <QtCore/QRegularExpression>
#include <QtGui/QFontDatabase>
#include <QtGui/QImage>
#include <QtGui/QPalette>
#include <QtGui/QStyleHints>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStyle>
#include <QtWidgets/QToolTip>
#include <QtWidgets/QWidget>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr std::array tokenNames{
    "ground",      "surface",       "raised",      "sunken",      "hover",    "pressed",   "line",
    "lineStrong",  "control",       "text",        "text2",       "text3",    "disabled",  "accent",
    "accentHover", "accentPressed", "accentSoft",  "accentText",  "onAccent", "clear",     "clearText",
    "clearSoft",   "caution",       "cautionText", "cautionSoft", "stop",     "stopText",  "stopSoft",
    "idle",        "tooltip",       "onTooltip",   "grid",        "axis",     "crosshair", "other"};
static_assert(tokenNames.size() == size_t(Token::Count));

struct FontSpec {
    int pixelSize;
    QFont::Weight weight;
    double spacing;
};

FontSpec fontSpec(TextStyle style)
{
    switch (style) {
    case TextStyle::Title:
        return {17, QFont::DemiBold, 0};
    case TextStyle::DrawerTitle:
        return {15, QFont::DemiBold, 0};
    case TextStyle::Number:
        return {22, QFont::DemiBold, -0.5};
    case TextStyle::NumberSmall:
        return {15, QFont::DemiBold, 0};
    case TextStyle::BodyStrong:
        return {13, QFont::Medium, 0};
    case TextStyle::PanelHead:
        return {13, QFont::DemiBold, 0};
    case TextStyle::Small:
        return {12, QFont::Normal, 0};
    case TextStyle::SmallStrong:
        return {12, QFont::Medium, 0};
    case TextStyle::Axis:
        return {11, QFont::Normal, 0};
    case TextStyle::Code:
        return {12, QFont::Normal, 0};
    case TextStyle::Body:
        break;
    }
    return {13, QFont::Normal, 0};
}

} // namespace

Theme::Theme(QObject *parent) : QObject(parent)
{
    readTokens();
}

void Theme::readTokens()
{
    QFile file(u":/signalbox/tokens.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the console's resources are not linked into this program");
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    const auto read = [&root](const QString &name, Palette &into) {
        const QJsonObject object = root.value(name).toObject();
        for (size_t i = 0; i < tokenNames.size(); ++i)
            into.colors[i] = QColor(object.value(QLatin1StringView(tokenNames[i])).toString());
        const QJsonArray series = object.value("series"_L1).toArray();
        for (int i = 0; i < seriesCount; ++i)
            into.series[size_t(i)] = QColor(series.at(i).toString());
    };
    read(u"light"_s, m_palettes[size_t(Scheme::Light)]);
    read(u"dark"_s, m_palettes[size_t(Scheme::Dark)]);

    Palette contrast = m_palettes[size_t(Scheme::Dark)];
    const auto set = [&contrast](std::initializer_list<Token> tokens, const QColor &color) {
        for (Token token : tokens)
            contrast.colors[size_t(token)] = color;
    };
    set({Token::Ground, Token::Surface, Token::Raised, Token::Sunken, Token::Tooltip, Token::ClearSoft,
         Token::CautionSoft, Token::StopSoft},
        Qt::black);
    set({Token::Text, Token::Text2, Token::Text3, Token::Line, Token::LineStrong, Token::Control, Token::Axis,
         Token::Crosshair, Token::OnTooltip, Token::ClearText, Token::CautionText, Token::StopText},
        Qt::white);
    set({Token::AccentSoft}, contrast.colors[size_t(Token::AccentText)]);
    // What lies under words must be dark enough for 7:1; what may not be used is still to be read.
    set({Token::Hover, Token::Pressed}, QColor(0x22, 0x22, 0x22));
    set({Token::Disabled, Token::Idle, Token::Other}, QColor(0xB0, 0xB0, 0xB0));
    set({Token::Grid}, QColor(0x60, 0x60, 0x60));
    m_palettes[size_t(Scheme::HighContrast)] = contrast;
}

void Theme::install()
{
    if (!m_installed) {
        m_installed = true;
        // The platform's palette can only be judged before ours hides it.
        m_systemScheme = systemScheme();
        QApplication::setStyle(new SignalStyle);
        new FocusRing(qApp);
        watchSystem();
    }
    apply();
}

// The one place that knows what newer versions of Qt can tell about the system's colours.
Theme::Scheme Theme::systemScheme() const
{
    const QPalette system = QGuiApplication::palette();
    const QColor window = system.color(QPalette::Window);
    const QColor text = system.color(QPalette::WindowText);
    if (window == QColor(Qt::black) && text == QColor(Qt::white))
        return Scheme::HighContrast;
    if (qEnvironmentVariable("GTK_THEME").startsWith("HighContrast"_L1)) // desktops without a platform theme of Qt's
        return Scheme::HighContrast;
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const Qt::ColorScheme scheme = QGuiApplication::styleHints()->colorScheme();
    if (scheme != Qt::ColorScheme::Unknown)
        return scheme == Qt::ColorScheme::Dark ? Scheme::Dark : Scheme::Light;
#endif
    return window.lightnessF() < text.lightnessF() ? Scheme::Dark : Scheme::Light;
}

void Theme::watchSystem()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, [this](Qt::ColorScheme scheme) {
        m_systemScheme = scheme == Qt::ColorScheme::Dark ? Scheme::Dark : Scheme::Light;
        apply();
    });
#endif
}

void Theme::setMode(Mode mode)
{
    if (m_mode == mode)
        return;
    m_mode = mode;
    if (m_installed)
        apply();
}

void Theme::setTextScale(int percent)
{
    percent = qBound(90, percent, 150);
    if (m_textScale == percent)
        return;
    m_textScale = percent;
    if (m_installed)
        apply();
}

void Theme::setReduceMotion(bool on)
{
    if (std::exchange(m_reduceMotion, on) != on && m_installed)
        Q_EMIT themeChanged();
}

std::chrono::milliseconds Theme::motion(std::chrono::milliseconds usual) const
{
    return m_reduceMotion ? std::chrono::milliseconds(0) : usual;
}

void Theme::setCompactRows(bool on)
{
    if (std::exchange(m_compactRows, on) != on && m_installed)
        Q_EMIT themeChanged();
}

int Theme::rowHeight(bool compact) const
{
    return qRound((compact || m_compactRows ? 24 : 28) * m_textScale / 100.0);
}

void Theme::apply()
{
    switch (m_mode) {
    case Mode::System:
        m_scheme = m_systemScheme;
        break;
    case Mode::Light:
        m_scheme = Scheme::Light;
        break;
    case Mode::Dark:
        m_scheme = Scheme::Dark;
        break;
    case Mode::HighContrast:
        m_scheme = Scheme::HighContrast;
        break;
    }
    const QPalette colors = palette();
    QApplication::setPalette(colors);
    QToolTip::setPalette(colors);
    QApplication::setFont(font(TextStyle::Body));
    QToolTip::setFont(font(TextStyle::Small));
    qApp->setStyleSheet(styleSheet());
    Q_EMIT themeChanged();
}

QColor Theme::color(Token token) const
{
    return colorIn(m_scheme, token);
}

QColor Theme::colorIn(Scheme scheme, Token token) const
{
    return m_palettes[size_t(scheme)].colors[size_t(token)];
}

QColor Theme::series(int slot) const
{
    return seriesIn(m_scheme, slot);
}

QColor Theme::seriesIn(Scheme scheme, int slot) const
{
    if (slot < 0 || slot >= seriesCount)
        return colorIn(scheme, Token::Other);
    return m_palettes[size_t(scheme)].series[size_t(slot)];
}

QBrush Theme::seriesBrush(int slot) const
{
    return patternBrush(series(slot), slot);
}

// Qt's own patterns have strokes of one pixel: in a bar or a swatch they look all alike.
QBrush Theme::patternBrush(const QColor &color, int pattern) const
{
    if (!isHighContrast() || pattern <= 0 || pattern >= seriesCount)
        return color;
    using Inked = bool (*)(int x, int y);
    static constexpr std::array<Inked, seriesCount> patterns{nullptr,
                                                             [](int x, int y) { return (x + y) % 8 < 3; },
                                                             [](int x, int y) { return (x + 8 - y) % 8 < 3; },
                                                             [](int x, int y) { return x % 4 < 2 && y % 4 < 2; },
                                                             [](int, int y) { return y % 4 < 2; },
                                                             [](int x, int) { return x % 4 < 2; },
                                                             [](int x, int y) { return x % 8 < 2 || y % 8 < 2; },
                                                             [](int x, int y) { return x % 4 >= 2 || y % 4 >= 2; }};
    QBitmap &bitmap = m_patterns[size_t(pattern)];
    if (bitmap.isNull()) {
        QImage image(8, 8, QImage::Format_Mono);
        image.setColorTable({qRgb(255, 255, 255), qRgb(0, 0, 0)});
        for (int y = 0; y < 8; ++y) {
            for (int x = 0; x < 8; ++x)
                image.setPixel(x, y, patterns[size_t(pattern)](x, y) ? 1 : 0);
        }
        bitmap = QBitmap::fromImage(image);
    }
    return {color, bitmap};
}

QColor Theme::selectionText() const
{
    return isHighContrast() ? QColor(Qt::black) : color(Token::Text);
}

QFont Theme::font(TextStyle style) const
{
    const FontSpec spec = fontSpec(style);
    QFont font =
        QFontDatabase::systemFont(style == TextStyle::Code ? QFontDatabase::FixedFont : QFontDatabase::GeneralFont);
    font.setPixelSize(qRound(spec.pixelSize * m_textScale / 100.0));
    font.setWeight(spec.weight);
    if (spec.spacing != 0)
        font.setLetterSpacing(QFont::AbsoluteSpacing, spec.spacing * m_textScale / 100.0);
    return font;
}

QPalette Theme::palette() const
{
    QPalette palette;
    const std::initializer_list<std::pair<QPalette::ColorRole, Token>> roles{{QPalette::Window, Token::Ground},
                                                                             {QPalette::WindowText, Token::Text},
                                                                             {QPalette::Base, Token::Surface},
                                                                             {QPalette::Text, Token::Text},
                                                                             {QPalette::AlternateBase, Token::Ground},
                                                                             {QPalette::ButtonText, Token::Text},
                                                                             {QPalette::Button, Token::Surface},
                                                                             {QPalette::BrightText, Token::Text},
                                                                             {QPalette::ToolTipBase, Token::Tooltip},
                                                                             {QPalette::ToolTipText, Token::OnTooltip},
                                                                             {QPalette::Light, Token::LineStrong},
                                                                             {QPalette::Midlight, Token::Line},
                                                                             {QPalette::Mid, Token::Control},
                                                                             {QPalette::Dark, Token::Control},
                                                                             {QPalette::Highlight, Token::AccentSoft},
                                                                             {QPalette::Link, Token::AccentText},
                                                                             {QPalette::LinkVisited, Token::AccentText},
                                                                             {QPalette::PlaceholderText, Token::Text3}};
    for (const auto &[role, token] : roles)
        palette.setColor(QPalette::All, role, color(token));
    palette.setColor(QPalette::All, QPalette::HighlightedText, selectionText());
    palette.setColor(QPalette::All, QPalette::Shadow,
                     m_scheme == Scheme::Light ? color(Token::Text) : QColor(Qt::black));
    for (QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::BrightText,
                                     QPalette::HighlightedText, QPalette::PlaceholderText})
        palette.setColor(QPalette::Disabled, role, color(Token::Disabled));
    return palette;
}

QString Theme::styleSheet() const
{
    QFile file(u":/signalbox/console.qss"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QString source = QString::fromUtf8(file.readAll());
    static const QRegularExpression name(u"@([A-Za-z0-9]+)"_s);
    QString sheet;
    qsizetype from = 0;
    for (auto it = name.globalMatch(source); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        sheet += QStringView(source).sliced(from, match.capturedStart() - from);
        from = match.capturedEnd();
        const QByteArray wanted = match.captured(1).toLatin1();
        const auto found = std::find_if(tokenNames.begin(), tokenNames.end(),
                                        [&wanted](const char *token) { return wanted == token; });
        if (found != tokenNames.end())
            sheet += m_palettes[size_t(m_scheme)].colors[size_t(found - tokenNames.begin())].name();
        else if (wanted == "selectionText")
            sheet += selectionText().name();
        else if (wanted == "chosenText") // accent words on accentSoft
            sheet += (isHighContrast() ? selectionText() : color(Token::AccentText)).name();
        else if (wanted == "smallPx")
            sheet += QString::number(font(TextStyle::Small).pixelSize()) + u"px"_s;
    }
    return sheet + QStringView(source).sliced(from);
}

Theme::Mode Theme::modeFromName(const QString &name)
{
    for (Mode mode : {Mode::Light, Mode::Dark, Mode::HighContrast}) {
        if (name == modeName(mode))
            return mode;
    }
    return Mode::System;
}

QString Theme::modeName(Mode mode)
{
    switch (mode) {
    case Mode::Light:
        return u"light"_s;
    case Mode::Dark:
        return u"dark"_s;
    case Mode::HighContrast:
        return u"high-contrast"_s;
    case Mode::System:
        break;
    }
    return u"system"_s;
}

Theme &theme()
{
    // A child of the application rather than a static: fonts and colours must not outlive the GUI.
    static QPointer<Theme> instance;
    if (!instance)
        instance = new Theme(qApp);
    return *instance;
}

void repolish(QWidget *widget)
{
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

} // namespace signalbox
