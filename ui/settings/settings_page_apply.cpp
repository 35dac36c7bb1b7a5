// SPDX-License-Identifier: GPL-3.0-or-later
// The draft into force: what must not stand in the config goes to the keychain first.
#include "core/net/proxy_rules.h"
#include "ui/data/provider_actions.h"
#include "ui/settings/prices_panel.h"
#include "ui/settings/redaction_panel.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_form.h"
#include "ui/settings/settings_page.h"
#include "ui/settings/webhooks_panel.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr auto proxySecret = "keychain:signalbox/proxy";
}

void SettingsPage::apply()
{
    if (!m_form->validate() || !m_webhooks->validate() || !m_prices->validate() || !m_redaction->validate())
        return;
    Config next = draft();
    const ProxyLogin login = splitProxyLogin(next.proxy);
    next.proxy = login.proxy;
    if (next.proxy.find('@') == std::string::npos && next.proxyPassword == m_base.proxyPassword)
        next.proxyPassword.clear(); // nobody whose it would be
    if (login.password.empty())
        return applyNow(next);
    next.proxyPassword = proxySecret;
    m_apply->setEnabled(false);
    m_actions->writeSecret(proxySecret, login.password, this, [this, next](const Result<void> &written) {
        m_apply->setEnabled(true);
        if (written)
            return applyNow(next);
        m_problem->setText(tr("The proxy's password cannot be kept: %1 Set PROXY_PASSWORD or the like in the "
                              "environment and name it as env:PROXY_PASSWORD.")
                               .arg(QString::fromStdString(written.error().message)));
    });
}

void SettingsPage::applyNow(const Config &next)
{
    const bool hadPassword = m_base.proxyPassword == proxySecret;
    const auto applied = m_actions->apply(next, tr("settings changed"));
    if (!applied) {
        placeError(QString::fromStdString(applied.error().message));
        return;
    }
    if (hadPassword && !m_actions->config()->usesSecret(proxySecret))
        m_actions->removeSecret(proxySecret, this, [this](const Result<void> &removed) {
            if (!removed && removed.error().code != "secret_not_found")
                m_problem->setText(tr("The proxy's old password is still in the keychain: %1")
                                       .arg(QString::fromStdString(removed.error().message)));
        });
    fill(*m_actions->config());
}

void SettingsPage::revert()
{
    fill(*m_actions->config());
}

void SettingsPage::placeError(const QString &message)
{
    m_bar->show();
    if (m_form->placeError(message))
        return;
    if (message.contains("/alerts/webhooks"_L1))
        m_webhooks->showProblem(message);
    else if (message.contains("/prices"_L1))
        m_prices->showProblem(message);
    else if (message.contains("/store/redact/patterns"_L1))
        m_redaction->showProblem(message);
    m_problem->setText(message);
}

} // namespace signalbox
