// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/first_run.h"

#include "app/client_commands.h"
#include "core/base/clock.h"
#include "core/config/config_store.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QCoreApplication>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace signalbox {

namespace {

QString text(const char *source)
{
    return QCoreApplication::translate("FirstRun", source);
}

} // namespace

Result<std::string> makeFirstClientKey(ConfigStore &store)
{
    auto made = addClient(*store.current(), {"my-tools"}, SystemClock().wallMs());
    if (!made)
        return made.error();
    if (const auto applied = store.apply(std::move(made->config), text("first client key")); !applied)
        return applied.error();
    return std::move(made->key);
}

void showClientKey(QWidget *parent, const std::string &key)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(text("Your client key"));
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(20, 20, 20, 16);
    layout->setSpacing(12);
    auto *words =
        makeLabel(text("Local tools send this key to the gateway instead of a provider key. It is shown only now; "
                       "Signalbox keeps its fingerprint. More keys can be made under Projects, Client keys."),
                  TextStyle::Body, Token::Text2);
    words->setWordWrap(true);
    words->setMinimumWidth(460);
    layout->addWidget(makeLabel(text("Your client key"), TextStyle::DrawerTitle, Token::Text));
    auto *field = new QLineEdit(QString::fromStdString(key));
    field->setReadOnly(true);
    field->setAccessibleName(text("Client key"));
    field->setFont(theme().font(TextStyle::Code)); // I, l and 1 apart
    field->setCursorPosition(0);
    auto *buttons = new QDialogButtonBox;
    auto *copy = buttons->addButton(text("&Copy"), QDialogButtonBox::ActionRole);
    auto *done = buttons->addButton(text("&Done"), QDialogButtonBox::AcceptRole);
    copy->setProperty("kind", QStringLiteral("primary"));
    QObject::connect(copy, &QPushButton::clicked, dialog, [copy, key] {
        QGuiApplication::clipboard()->setText(QString::fromStdString(key));
        copy->setText(text("Copied"));
    });
    QObject::connect(done, &QPushButton::clicked, dialog, &QDialog::accept);
    layout->addWidget(words);
    layout->addWidget(field);
    layout->addWidget(buttons);
    copy->setFocus();
    dialog->open();
}

} // namespace signalbox
