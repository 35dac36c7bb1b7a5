// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/about_dialog.h"

#include "core/base/version.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace signalbox {

AboutDialog::AboutDialog(QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("About Signalbox"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 16);
    column->setSpacing(12);
    auto *head = new QHBoxLayout;
    head->setSpacing(16);
    auto *icon = new QLabel;
    icon->setPixmap(applicationIcon().pixmap(QSize(56, 56), devicePixelRatioF()));
    icon->setAccessibleName(tr("Signalbox"));
    head->addWidget(icon, 0, Qt::AlignTop);
    auto *names = new QVBoxLayout;
    names->setSpacing(2);
    names->addWidget(makeLabel(tr("Signalbox"), TextStyle::Title, Token::Text));
    names->addWidget(makeLabel(tr("Version %1").arg(QLatin1StringView(versionText)), TextStyle::Body, Token::Text2));
    names->addWidget(makeLabel(tr("Qt %1").arg(QLatin1StringView(qVersion())), TextStyle::Body, Token::Text3));
    head->addLayout(names, 1);
    column->addLayout(head);
    QLabel *what = makeLabel(tr("An AI API gateway on your own machine, and the console to watch and steer it."),
                             TextStyle::Body, Token::Text);
    QLabel *licence = makeLabel(tr("Free software under the GNU General Public License, version 3 or later. "
                                   "It comes with no warranty, as far as the law permits."),
                                TextStyle::Small, Token::Text3);
    for (QLabel *label : {what, licence}) {
        label->setWordWrap(true);
        label->setMinimumWidth(380);
        column->addWidget(label);
    }
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    QPushButton *aboutQt = makeButton(tr("About Qt"), ButtonKind::Flat);
    QPushButton *close = makeButton(tr("Close"));
    buttons->addWidget(aboutQt);
    buttons->addStretch(1);
    buttons->addWidget(close);
    column->addSpacing(4);
    column->addLayout(buttons);
    connect(aboutQt, &QPushButton::clicked, this, [this] { QMessageBox::aboutQt(this); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    close->setDefault(true);
    close->setFocus();
}

} // namespace signalbox
