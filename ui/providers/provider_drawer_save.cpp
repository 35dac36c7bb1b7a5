// SPDX-License-Identifier: GPL-3.0-or-later
// The drawer's live test, and how it saves: the keychain first, the config second.
#include "core/net/proxy_rules.h"
#include "ui/data/provider_actions.h"
#include "ui/providers/keys_panel.h"
#include "ui/providers/probe_view.h"
#include "ui/providers/provider_drawer.h"
#include "ui/providers/provider_edit.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;

namespace signalbox {

void ProviderDrawer::test()
{
    if (!validate())
        return;
    m_probe->reset();
    m_models->hide();
    m_probeId = m_actions.probe(provider(), m_key->text().toStdString());
}

// The models as the provider lists them, which may be hundreds: to look at and to copy from.
void ProviderDrawer::takeProbe(const ProbeReport &report)
{
    m_probe->setReport(report);
    m_models->setVisible(report.finished && !report.models.empty());
    if (m_models->isHidden())
        return;
    m_models->clear();
    for (const std::string &model : report.models)
        m_models->addItem(QString::fromStdString(model));
    m_models->sortItems();
}

void ProviderDrawer::setHealth(const std::vector<HealthBook::ProviderRow> &providers, int64_t nowNs)
{
    if (m_keys && isEditing() && isVisible())
        m_keys->setHealth(providers, nowNs);
}

void ProviderDrawer::save()
{
    if (!m_save->isEnabled() || !validate())
        return;
    m_problem->hide();
    ProviderConfig next = provider();
    const ProxyLogin login = splitProxyLogin(next.proxy);
    next.proxy = login.proxy;
    if (next.proxy.find('@') == std::string::npos)
        next.proxyPassword.clear();
    if (login.password.empty())
        return saveKey(next);
    next.proxyPassword = proxyPasswordReference(next.id);
    setBusy(true);
    m_actions.writeSecret(next.proxyPassword, login.password, this, [this, next](const Result<void> &written) {
        setBusy(false);
        if (written)
            saveKey(next);
        else
            keychainTrouble(written.error().message);
    });
}

void ProviderDrawer::saveKey(const ProviderConfig &next)
{
    const bool write = !m_useVariable->isChecked() && !m_key->text().isEmpty();
    if (!write) {
        apply(next);
        return;
    }
    setBusy(true);
    m_actions.writeSecret(next.credentials.front().secret, m_key->text().toStdString(), this,
                          [this, next](const Result<void> &written) {
                              setBusy(false);
                              if (!written)
                                  keychainTrouble(written.error().message);
                              else if (!apply(next))
                                  takeBackKey(next.credentials.front().secret);
                          });
}

void ProviderDrawer::keychainTrouble(const std::string &message)
{
    const QString offer = tr("You can unlock the keychain and save again, or keep the key in an environment variable.");
    QString trouble = QString::fromStdString(message);
    if (!trouble.isEmpty())
        trouble[0] = trouble[0].toUpper();
    showProblem(trouble + u'\n' + offer);
    m_useVariable->setFocus(Qt::OtherFocusReason);
}

// The config was refused after the key was written, or names a proxy's password no longer. An entry that the config
// names stays: it had a key before.
void ProviderDrawer::takeBackKey(const std::string &reference)
{
    if (m_actions.config()->usesSecret(reference))
        return;
    setBusy(true);
    m_actions.removeSecret(reference, this, [this, reference](const Result<void> &removed) {
        setBusy(false);
        if (!removed && removed.error().code != "secret_not_found")
            showProblem(m_problem->text() + u'\n' +
                        tr("The key is still in the keychain as %1.")
                            .arg(QString::fromStdString(reference.substr(reference.find(':') + 1))));
    });
}

bool ProviderDrawer::apply(const ProviderConfig &next)
{
    const QString why =
        isEditing() ? tr("provider %1 changed").arg(m_id->text()) : tr("provider %1 added").arg(m_id->text());
    const ProviderConfig *before = m_actions.config()->provider(next.id);
    const bool hadPassword = before && before->proxyPassword == proxyPasswordReference(next.id);
    const auto applied = m_actions.apply(withProvider(*m_actions.config(), next, m_fallback->isChecked()), why);
    if (!applied) {
        showProblem(QString::fromStdString(applied.error().message));
        return false;
    }
    m_key->clear();
    if (hadPassword)
        takeBackKey(proxyPasswordReference(next.id));
    Q_EMIT saved(QString::fromStdString(next.id));
    return true;
}

void ProviderDrawer::showProblem(const QString &message)
{
    m_problem->setText(message);
    m_problem->show();
}

QString ProviderDrawer::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

void ProviderDrawer::setBusy(bool busy)
{
    m_save->setEnabled(!busy);
}

} // namespace signalbox
