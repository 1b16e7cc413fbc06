#include <config/property.h>

#include <stddef.h>
#include <string.h>

bool kaiku_property_is_harmless(const char *property)
{
    static const char *const harmless[] = {
        "bootstrap.servers", "metadata.broker.list", "group.id", "group.instance.id", "client.id", "client.rack",
        "security.protocol", "sasl.mechanism", "sasl.mechanisms", "sasl.kerberos.service.name",
        "sasl.kerberos.principal", "ssl.endpoint.identification.algorithm", "enable.ssl.certificate.verification",
        "ssl.cipher.suites", "partition.assignment.strategy", "isolation.level", "check.crcs", "session.timeout.ms",
        "heartbeat.interval.ms", "max.poll.interval.ms", "fetch.min.bytes", "fetch.wait.max.ms",
        "fetch.message.max.bytes", "queued.max.messages.kbytes", "queued.min.messages", "broker.address.family",
        "client.dns.lookup", "socket.keepalive.enable", "statistics.interval.ms"};
    static const char path[] = ".location";
    size_t size = strlen(property);

    for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
        if (strcmp(property, harmless[i]) == 0)
            return true;
    return size >= sizeof(path) && strcmp(property + size + 1 - sizeof(path), path) == 0;
}
