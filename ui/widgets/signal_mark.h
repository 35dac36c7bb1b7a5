// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/theme.h"

#include <QtWidgets/QWidget>

namespace signalbox {

// State as on a railway: shape, colour and a word, always all three.
enum class Signal { Clear, Caution, Held, Stop, Off, Running };

// Paints one mark; the same in rows, badges, strips and the tray. As a widget it is 14 px and shows one state; its
// accessible name is the state's word. GUI thread.
class SignalMark final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SignalMark)

public:
    explicit SignalMark(QWidget *parent = nullptr);

    void setSignal(Signal signal);
    Signal signal() const { return m_signal; }
    QSize sizeHint() const override { return {14, 14}; }

    // `ground` shows through the bar of Stop; `held` is the part of the cool-down that is left.
    static void paint(QPainter &painter, const QRectF &box, Signal signal, const QColor &ground, double held = 0.7);
    static Token token(Signal signal);     // of the shape
    static Token textToken(Signal signal); // of words on `softToken`
    static Token softToken(Signal signal); // ground of a badge
    static QString word(Signal signal);
    static Signal ofStatus(int status); // HTTP status of an exchange; 0: still running

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Signal m_signal = Signal::Off;
};

} // namespace signalbox
