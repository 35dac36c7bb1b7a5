// SPDX-License-Identifier: GPL-3.0-or-later
// What the page takes from files and the ledger: catalogues, scores, prices that were charged.
#include "ui/data/catalogue_actions.h"
#include "ui/data/gateway_control.h"
#include "ui/data/ledger_feed.h"
#include "ui/models/catalogue_update_panel.h"
#include "ui/models/model_panel.h"
#include "ui/models/models_page.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QFile>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>

#include <algorithm>

namespace signalbox {

void ModelsPage::chooseUpdate()
{
    auto *dialog = new QFileDialog(this, tr("A catalogue of models"), {}, tr("Catalogue (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        m_update->open(path);
        showView(Update);
    });
    dialog->open();
}

void ModelsPage::askPrices()
{
    if (!m_feed)
        return;
    m_feed->ask<std::vector<PriceNote>>(
        this, [](LedgerReader &reader) { return reader.prices(); },
        [this](Result<std::vector<PriceNote>> prices) {
            if (!prices || *prices == m_prices)
                return;
            m_prices = std::move(*prices);
            if (!m_panel->isHidden())
                showCurrent();
        });
}

std::optional<Calibration::Factor> ModelsPage::learntOf(const std::string &target) const
{
    const auto rows = m_control ? m_control->snapshot()->calibrations : nullptr;
    if (!rows)
        return std::nullopt;
    const auto row = std::find_if(rows->begin(), rows->end(), [&](const auto &one) { return one.target == target; });
    return row == rows->end() ? std::nullopt : std::optional(row->factor);
}

void ModelsPage::chooseScores()
{
    auto *dialog = new QFileDialog(this, tr("Own scores: model, metric, score"), {}, tr("Table (*.csv)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        constexpr qint64 largest = 4LL * 1024 * 1024;
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly) || file.size() > largest)
            return showNotice(tr("%1: %2").arg(path, file.isOpen() ? tr("is larger than 4 MiB") : file.errorString()),
                              false);
        importScores(file.readAll(), path);
    });
    dialog->open();
}

void ModelsPage::importScores(const QByteArray &csv, const QString &name)
{
    m_catalogue->importQuality(csv, this, [this, name, csv](const Result<void> &done) {
        showView(List);
        if (!done)
            return showNotice(tr("%1: %2").arg(name, QString::fromStdString(done.error().message)), false);
        showNotice(csv.trimmed().isEmpty() ? tr("Your own scores are taken away.")
                                           : tr("The scores of %1 are in force, before those that ship.").arg(name),
                   true);
    });
}

void ModelsPage::showNotice(const QString &text, bool good)
{
    m_notice->setText(text);
    setLabelToken(m_notice, good ? Token::Text2 : Token::StopText);
    m_notice->show();
}

QString ModelsPage::notice() const
{
    return m_notice->text();
}

void ModelsPage::goBackToPrevious()
{
    m_catalogue->revert(this, [this](const Result<void> &done) {
        say(bool(done), done ? tr("The previous catalogue is in use") : QString::fromStdString(done.error().message));
    });
}

void ModelsPage::say(bool good, const QString &text)
{
    if (ToastHost *toasts = ToastHost::of(this))
        toasts->show(good ? Signal::Clear : Signal::Stop, text);
}

} // namespace signalbox
