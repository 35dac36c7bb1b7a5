// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtGui/QBitmap>
#include <QtGui/QBrush>
#include <QtGui/QColor>
#include <QtGui/QFont>

#include <array>
#include <chrono>

class QPalette;
class QWidget;

namespace signalbox {

// Names as in resources/tokens.json, in the same order as tokenNames in theme.cpp.
enum class Token {
    Ground,
    Surface,
    Raised,
    Sunken,
    Hover,
    Pressed,
    Line,
    LineStrong,
    Control,
    Text,
    Text2,
    Text3,
    Disabled,
    Accent,
    AccentHover,
    AccentPressed,
    AccentSoft,
    AccentText,
    OnAccent,
    Clear,
    ClearText,
    ClearSoft,
    Caution,
    CautionText,
    CautionSoft,
    Stop,
    StopText,
    StopSoft,
    Idle,
    Tooltip,
    OnTooltip,
    Grid,
    Axis,
    Crosshair,
    Other,
    Count
};

enum class TextStyle {
    Title,
    DrawerTitle,
    Number,
    NumberSmall,
    Body,
    BodyStrong,
    PanelHead,
    Small,
    SmallStrong,
    Axis,
    Code
};

// Colours, fonts, palette and style sheet of the console. One object, child of the application, GUI thread only.
// Follows the system unless told otherwise; everything painted asks it anew, so a switch needs no restart.
class Theme final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Theme)

public:
    enum class Mode { System, Light, Dark, HighContrast };
    enum class Scheme { Light, Dark, HighContrast };
    static constexpr int seriesCount = 8;

    explicit Theme(QObject *parent);

    // Sets style, palette and sheet. Call once, after QApplication and before the first window.
    void install();
    void setMode(Mode mode);
    Mode mode() const { return m_mode; }
    Scheme scheme() const { return m_scheme; }
    bool isHighContrast() const { return m_scheme == Scheme::HighContrast; }

    QColor color(Token token) const;
    QColor colorIn(Scheme scheme, Token token) const;
    QColor series(int slot) const; // outside 0…7: other
    QColor seriesIn(Scheme scheme, int slot) const;
    QBrush seriesBrush(int slot) const; // patterned in high contrast
    // For what a series is told apart by without colour: in high contrast one of 8 patterns, 0 is solid.
    QBrush patternBrush(const QColor &color, int pattern) const;
    QColor selectionText() const;

    QFont font(TextStyle style) const;
    void setTextScale(int percent); // 90…150
    int textScale() const { return m_textScale; }

    // Nothing slides, fades or shrinks.
    void setReduceMotion(bool on);
    bool reduceMotion() const { return m_reduceMotion; }
    std::chrono::milliseconds motion(std::chrono::milliseconds usual) const; // how long something may move
    void setCompactRows(bool on);
    bool compactRows() const { return m_compactRows; }
    int rowHeight(bool compact = false) const; // of tables

    static Mode modeFromName(const QString &name); // system, light, dark, high-contrast; else System
    static QString modeName(Mode mode);

Q_SIGNALS:
    void themeChanged();

private:
    using Colors = std::array<QColor, size_t(Token::Count)>;
    using Series = std::array<QColor, size_t(seriesCount)>;
    struct Palette {
        Colors colors;
        Series series;
    };

    void readTokens();
    void watchSystem();
    Scheme systemScheme() const;
    void apply();
    QPalette palette() const;
    QString styleSheet() const;

    std::array<Palette, 3> m_palettes; // by Scheme
    Mode m_mode = Mode::System;
    Scheme m_scheme = Scheme::Light;
    Scheme m_systemScheme = Scheme::Light;
    int m_textScale = 100;
    mutable std::array<QBitmap, seriesCount> m_patterns; // made when first asked for
    bool m_reduceMotion = false;
    bool m_compactRows = false;
    bool m_installed = false;
};

Theme &theme();

// Style sheet rules that look at a property need this after the property changed.
void repolish(QWidget *widget);

} // namespace signalbox
