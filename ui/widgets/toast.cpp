// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/toast.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/motion.h"

#include <QtCore/QTimer>
#include <QtGui/QAccessible>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int maximumToasts = 3;
constexpr int toastShadow = 4;
} // namespace

class Toast final : public QWidget
{
public:
    struct Action {
        QString text;
        std::function<void()> taken;
        std::function<void()> closed;
    };

    Toast(Signal signal, const QString &text, Action action, std::chrono::milliseconds lifetime)
        : m_closed(std::move(action.closed))
    {
        setAccessibleName(text);
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(12 + toastShadow, toastShadow, 8 + toastShadow, toastShadow);
        row->setSpacing(10);
        auto *mark = new SignalMark;
        mark->setSignal(signal);
        row->addWidget(mark);
        QLabel *words = makeElidedLabel(text, TextStyle::Body, Token::Text);
        words->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred); // as wide as it may
        row->addWidget(words, 1);
        if (action.taken) {
            QPushButton *button = makeButton(action.text, ButtonKind::Link);
            connect(button, &QPushButton::clicked, this, [this, taken = std::move(action.taken)] {
                m_closed = nullptr;
                deleteLater();
                taken();
            });
            row->addWidget(button);
        }
        QToolButton *close = makeIconButton(u"close"_s, ToastHost::tr("Dismiss"));
        connect(close, &QToolButton::clicked, this, &Toast::leave);
        row->addWidget(close);
        setFixedHeight(40 + 2 * toastShadow);
        setMinimumWidth(280);
        setMaximumWidth(560);

        m_timer.setSingleShot(true);
        m_timer.setInterval(lifetime);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            if (underMouse() || isAncestorOf(focusWidget() && focusWidget()->hasFocus() ? focusWidget() : nullptr))
                m_timer.start();
            else
                leave();
        });
        m_timer.start();
    }

    void leave()
    {
        deleteLater();
        if (const auto closed = std::exchange(m_closed, nullptr))
            closed();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF box = QRectF(rect()).adjusted(toastShadow, toastShadow, -toastShadow, -toastShadow);
        painter.setPen(Qt::NoPen);
        for (int i = toastShadow; i > 0; --i) {
            QColor shadow(Qt::black);
            shadow.setAlphaF(0.035F);
            painter.setBrush(shadow);
            painter.drawRoundedRect(box.adjusted(-i, -i + 1, i, i), 6 + i, 6 + i);
        }
        painter.setPen(QPen(theme().color(Token::LineStrong), 1));
        painter.setBrush(theme().color(Token::Raised));
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }

private:
    QTimer m_timer;
    std::function<void()> m_closed;
};

ToastHost::ToastHost(QWidget *window) : QWidget(window), m_column(new QVBoxLayout(this)), m_coming(new Motion(this))
{
    setObjectName(u"signalbox-toasts"_s);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    window->installEventFilter(this);
    connect(m_coming, &Motion::moved, this, &ToastHost::place);
    hide();
}

void ToastHost::show(Signal signal, const QString &text)
{
    show(signal, text, {}, {});
}

void ToastHost::show(Signal signal, const QString &text, const QString &actionText, std::function<void()> action,
                     std::function<void()> closed)
{
    while (count() >= maximumToasts) {
        auto *oldest = static_cast<Toast *>(m_column->itemAt(0)->widget());
        m_column->removeWidget(oldest);
        oldest->hide();
        oldest->leave();
    }
    auto *toast = new Toast(signal, text, {actionText, std::move(action), std::move(closed)}, m_lifetime);
    connect(toast, &QObject::destroyed, this, &ToastHost::place, Qt::QueuedConnection);
    m_column->addWidget(toast, 0, Qt::AlignRight);
    toast->show(); // at once: a hidden item takes no room in the column
    const bool first = isHidden();
    QWidget::show();
    place();
    if (first)
        m_coming->begin(Motion::appearing);
    raise();
    QAccessibleEvent announcement(toast, QAccessible::Alert);
    QAccessible::updateAccessibility(&announcement);
}

int ToastHost::count() const
{
    return m_column->count();
}

ToastHost *ToastHost::of(const QWidget *widget)
{
    return widget->window()->findChild<ToastHost *>(u"signalbox-toasts"_s, Qt::FindDirectChildrenOnly);
}

bool ToastHost::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        place();
    return QWidget::eventFilter(watched, event);
}

void ToastHost::place()
{
    if (count() == 0) {
        hide();
        return;
    }
    // An overlay belongs to no layout: the corner is worked out here, mirrored for right-to-left.
    m_column->activate();
    const QSize size = sizeHint().boundedTo(parentWidget()->size());
    const int margin = 16 - toastShadow;
    const int away = qRound(Motion::rise * m_coming->left());
    const int x = isRightToLeft() ? margin : parentWidget()->width() - size.width() - margin;
    setGeometry(QRect(QPoint(x, parentWidget()->height() - size.height() - m_bottomMargin + away), size));
}

} // namespace signalbox
