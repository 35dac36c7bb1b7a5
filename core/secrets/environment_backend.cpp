// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/environment_backend.h"

#include <QtCore/QMetaObject>

namespace signalbox {

namespace {

void refuse(QObject *context, SecretBackend::WriteDone done)
{
    QMetaObject::invokeMethod(
        context,
        [done = std::move(done)] {
            done(Error{"secret_read_only", "an environment variable cannot be changed from here"});
        },
        Qt::QueuedConnection);
}

} // namespace

void EnvironmentBackend::read(const std::string &where, QObject *context, ReadDone done)
{
    const char *value = std::getenv(where.c_str());
    Result<std::string> result(boost::system::in_place_value, value ? value : "");
    if (!value || !*value)
        result = Error{"secret_not_found", "the environment variable " + where + " is not set"};
    QMetaObject::invokeMethod(
        context, [done = std::move(done), result = std::move(result)] { done(result); }, Qt::QueuedConnection);
}

void EnvironmentBackend::write(const std::string &, const std::string &, QObject *context, WriteDone done)
{
    refuse(context, std::move(done));
}

void EnvironmentBackend::remove(const std::string &, QObject *context, WriteDone done)
{
    refuse(context, std::move(done));
}

} // namespace signalbox
