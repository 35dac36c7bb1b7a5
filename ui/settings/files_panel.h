// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLabel;
class QVBoxLayout;

namespace signalbox {

class MaintenanceActions;

// Where everything is, and the file to attach to a report of a fault. GUI thread.
class FilesPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FilesPanel)

public:
    FilesPanel(MaintenanceActions *maintenance, const QString &dataFolder, const QString &configPath,
               QWidget *parent = nullptr); // maintenance may be null: no report

    void writeReport(const QString &path);
    QString said() const;

private:
    void addPath(QVBoxLayout *column, const QString &label, const QString &path, const QString &folder);
    void chooseReport();

    MaintenanceActions *m_maintenance;
    QLabel *m_said;
};

} // namespace signalbox
