// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QHBoxLayout;
class QLabel;
class QStackedLayout;

namespace signalbox {

class Badge;
class NumberLabel;
class Page;

// 48 px above every page: its title, its tools, today's spend.
class TopBar final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TopBar)

public:
    explicit TopBar(QWidget *parent = nullptr);

    void addPage(Page *page);
    void showPage(Page *page);
    void setSpendToday(qint64 nanoUsd, qint64 unpriced);
    void setSimulated(bool simulated);
    bool isSimulated() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Tools {
        Page *page = nullptr;
        QWidget *tools = nullptr;
        QWidget *actions = nullptr;
        QString subtitle;
    };

    QLabel *m_title;
    QLabel *m_subtitle;
    QHBoxLayout *m_toolRow;
    QHBoxLayout *m_actionRow;
    Badge *m_simulated;
    QWidget *m_spend;
    QLabel *m_spendLabel;
    NumberLabel *m_spendNumber;
    std::vector<Tools> m_tools;
    Page *m_current = nullptr;
};

} // namespace signalbox
