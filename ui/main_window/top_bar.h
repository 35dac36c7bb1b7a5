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
class PaletteButton;

// 48 px above every page: its title, its tools, today's spend, the way to all commands.
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
    PaletteButton *paletteButton() const { return m_find; }

Q_SIGNALS:
    void paletteRequested();

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    struct Tools {
        Page *page = nullptr;
        QWidget *tools = nullptr;
        QWidget *actions = nullptr;
        QString subtitle;
    };

    void fit(); // what gives way where the page's tools need the room

    QLabel *m_title;
    QLabel *m_subtitle;
    QHBoxLayout *m_toolRow;
    QHBoxLayout *m_actionRow;
    Badge *m_simulated;
    QWidget *m_spend;
    QLabel *m_spendLabel;
    NumberLabel *m_spendNumber;
    PaletteButton *m_find;
    std::vector<Tools> m_tools;
    Page *m_current = nullptr;
};

} // namespace signalbox
