// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

#include <vector>

class QAction;
class QLabel;
class QMenu;
class QToolButton;
class QVBoxLayout;

namespace signalbox {

class GatewayCard;
class Motion;
class NavButton;

// The left column: name, gateway card, places, and at the bottom settings and help. 200 px, 52 px when compact.
class SideNavigation final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SideNavigation)

public:
    enum class Place { Top, Bottom };

    explicit SideNavigation(QMenu *menu, QWidget *parent = nullptr);

    GatewayCard *card() const { return m_card; }
    // The entry triggers `action` and shows whether it is checked.
    void addEntry(QAction *action, const QString &icon, Place place);
    void setCompact(bool compact);
    bool isCompact() const { return m_compact; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void placeFold();

    QLabel *m_icon;
    QLabel *m_name;
    QToolButton *m_menuButton;
    GatewayCard *m_card;
    QVBoxLayout *m_top;
    QVBoxLayout *m_bottom;
    std::vector<NavButton *> m_entries;
    Motion *m_fold;
    int m_foldFrom = 0;
    bool m_compact = false;
};

} // namespace signalbox
