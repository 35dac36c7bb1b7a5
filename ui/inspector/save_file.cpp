// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/save_file.h"

#include "ui/inspector/background.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSaveFile>
#include <QtCore/QStandardPaths>
#include <QtWidgets/QFileDialog>

namespace signalbox {

namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(SaveFile)
};
} // namespace

QString writeFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return Words::tr("%1 could not be written: %2").arg(QDir::toNativeSeparators(path), file.errorString());
    return {};
}

void saveFile(QWidget *parent, const QString &title, const QString &fileName, std::function<QByteArray()> make)
{
    auto *dialog = new QFileDialog(parent, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::DownloadLocation));
    dialog->selectFile(fileName);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, [parent, make = std::move(make)](const QString &path) {
        const auto done = [parent, path](const QString &problem) {
            ToastHost *toasts = ToastHost::of(parent);
            if (!toasts)
                return;
            if (problem.isEmpty())
                toasts->show(Signal::Clear, Words::tr("Saved %1").arg(QFileInfo(path).fileName()));
            else
                toasts->show(Signal::Stop, problem);
        };
        computeFor(
            parent, [path, make] { return writeFile(path, make()); }, done);
    });
    dialog->open();
}

} // namespace signalbox
