// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QAbstractButton>

namespace signalbox {

// One entry of the side navigation: a bar at the edge, icon and word; the icon alone when compact.
class NavButton final : public QAbstractButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(NavButton)

public:
    NavButton(const QString &text, const QString &icon, QWidget *parent = nullptr);

    void setCompact(bool compact);
    void setShortcutHint(const QString &hint); // shown in the tool tip
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void describe();

    QString m_icon;
    QString m_hint;
    bool m_compact = false;
};

} // namespace signalbox
