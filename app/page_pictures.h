// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <functional>

namespace signalbox {

class MainWindow;

// Shows the window's pages one after the other and writes a picture of each to a folder, as PAGE.png: for looking at
// all of them after a change. Lives on the GUI thread.
class PagePictures final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PagePictures)

public:
    PagePictures(MainWindow &window, QString folder, QObject *parent = nullptr);
    // One more of a page, taken after `show` has changed what it shows; as NAME.png.
    void addShot(const QString &page, const QString &name, std::function<void()> show);
    void start(); // once the window is shown

Q_SIGNALS:
    void finished(const QString &problem); // empty: all written

private:
    void next();
    void take();

    MainWindow &m_window;
    QString m_folder;
    struct Shot {
        QString page;
        QString name;
        std::function<void()> show;
    };
    QList<Shot> m_left;
    QString m_name; // of the one that is being drawn
    QTimer m_settle;
};

} // namespace signalbox
