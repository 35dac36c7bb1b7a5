// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/signal_mark.h"

#include <QtWidgets/QFrame>

#include <functional>

class QVBoxLayout;

namespace signalbox {

class Toast;

// At most three short notices at the bottom right of a window. Each stays 6 s, longer while hovered or focused, and
// is announced to assistive tools. Child of the window it covers; GUI thread.
class ToastHost final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ToastHost)

public:
    explicit ToastHost(QWidget *window);

    void show(Signal signal, const QString &text);
    void show(Signal signal, const QString &text, const QString &actionText, std::function<void()> action);
    int count() const;
    void setBottomMargin(int margin) { m_bottomMargin = margin; }

    // The host of the window that `widget` is in; null before one was made.
    static ToastHost *of(const QWidget *widget);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();

    QVBoxLayout *m_column;
    int m_bottomMargin = 42;
};

} // namespace signalbox
