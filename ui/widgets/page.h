// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

namespace signalbox {

// One place of the console, shown by the main window under its title. GUI thread; owned by the window.
// activate() and deactivate() are called when it comes into and goes out of sight (also when the window is hidden or
// minimised): a page that cannot be seen runs no timer and asks nothing. Actions that were added to the page with
// addAction() appear in the menu while it is shown.
class Page : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Page)

public:
    using QWidget::QWidget;

    virtual QString title() const = 0;
    virtual QString iconName() const = 0;                // of resources/icons
    virtual QWidget *headerTools() { return nullptr; }   // beside the title; made once, owned by the header
    virtual QWidget *headerActions() { return nullptr; } // at the right of the header
    virtual void activate() {}
    virtual void deactivate() {}

Q_SIGNALS:
    void subtitleChanged(const QString &text); // quiet words after the title
};

} // namespace signalbox
