// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/services.h"

#include <algorithm>
#include <iterator>

namespace rstcause {

namespace {

struct ServicePort {
    std::uint16_t port;
    const char* name;
};

// In order of port.
constexpr ServicePort kServices[] = {
    {20, "ftp-data"}, {21, "ftp"},       {22, "ssh"},         {23, "telnet"},      {25, "smtp"},
    {53, "dns"},      {80, "http"},      {88, "kerberos"},    {110, "pop3"},       {111, "rpcbind"},
    {119, "nntp"},    {135, "msrpc"},    {139, "netbios"},    {143, "imap"},       {179, "bgp"},
    {389, "ldap"},    {443, "https"},    {445, "smb"},        {465, "smtps"},      {514, "syslog"},
    {515, "lpd"},     {554, "rtsp"},     {587, "submission"}, {631, "ipp"},        {636, "ldaps"},
    {853, "dns-tls"}, {873, "rsync"},    {989, "ftps-data"},  {990, "ftps"},       {993, "imaps"},
    {995, "pop3s"},   {1433, "mssql"},   {1521, "oracle"},    {1883, "mqtt"},      {2049, "nfs"},
    {3268, "ldap-gc"}, {3306, "mysql"},  {3389, "rdp"},       {5060, "sip"},       {5061, "sips"},
    {5432, "postgresql"}, {5672, "amqp"}, {5900, "vnc"},      {6379, "redis"},     {8883, "mqtts"},
    {9092, "kafka"},  {27017, "mongodb"}};

static_assert(std::is_sorted(std::begin(kServices), std::end(kServices),
                             [](const ServicePort& a, const ServicePort& b) { return a.port < b.port; }));
static_assert(std::size(kServices) == 47, "as services.h says");

}  // namespace

const char* well_known_service(std::uint16_t port)
{
    const auto found = std::lower_bound(
        std::begin(kServices), std::end(kServices), port,
        [](const ServicePort& service, std::uint16_t wanted) { return service.port < wanted; });
    return found != std::end(kServices) && found->port == port ? found->name : nullptr;
}

}  // namespace rstcause
