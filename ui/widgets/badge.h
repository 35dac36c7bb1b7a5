// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/signal_mark.h"

#include <optional>

namespace signalbox {

// 20 px: a mark and a word on its soft ground. Without a signal it is a neutral word (`accent`: a chosen or new thing).
class Badge final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Badge)

public:
    explicit Badge(QWidget *parent = nullptr);

    void setState(Signal signal, const QString &text);
    void setPlain(const QString &text, bool accent = false);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

    // For delegates; the badge starts at the left of `box`, centred in its height.
    static int width(const QString &text, bool withMark);
    static void paint(QPainter &painter, const QRect &box, std::optional<Signal> signal, const QString &text,
                      bool accent = false);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<Signal> m_signal;
    QString m_text;
    bool m_accent = false;
};

} // namespace signalbox
