// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/signal_mark.h"

#include <QtWidgets/QFrame>

#include <chrono>
#include <functional>

class QVBoxLayout;

namespace signalbox {

class Motion;
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
    // `closed` comes when the notice went without its action; not when the window goes with it.
    void show(Signal signal, const QString &text, const QString &actionText, std::function<void()> action,
              std::function<void()> closed = {});
    int count() const;
    void setLifetime(std::chrono::milliseconds lifetime) { m_lifetime = lifetime; } // of those to come
    void setBottomMargin(int margin) { m_bottomMargin = margin; }

    // The host of the window that `widget` is in; null before one was made.
    static ToastHost *of(const QWidget *widget);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();

    QVBoxLayout *m_column;
    Motion *m_coming;
    int m_bottomMargin = 42;
    std::chrono::milliseconds m_lifetime{6'000};
};

} // namespace signalbox
