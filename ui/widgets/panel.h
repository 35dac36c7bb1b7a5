// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace signalbox {

// Surface with a hairline and a title row: title, quiet subtitle, tools at the right. The body is a column.
class Panel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Panel)

public:
    explicit Panel(const QString &title = {}, QWidget *parent = nullptr);

    void setTitle(const QString &title);
    void setSubtitle(const QString &text);
    void addTool(QWidget *tool);          // at the right of the title row
    void addBesideTitle(QWidget *widget); // right after title and subtitle
    QVBoxLayout *body() const { return m_body; }
    void setBodyMargins(int left, int top, int right, int bottom);

private:
    QLabel *m_title;
    QLabel *m_subtitle;
    QWidget *m_head;
    QHBoxLayout *m_tools;
    QHBoxLayout *m_beside;
    QVBoxLayout *m_body;
};

} // namespace signalbox
