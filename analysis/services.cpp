// SPDX-License-Identifier: GPL-2.0-or-later
#include "services.h"

namespace rstcause {

Service& Services::touch(const Endpoint& endpoint)
{
    if (const auto found = index_.find(endpoint); found != index_.end()) {
        by_age_.splice(by_age_.begin(), by_age_, found->second);
        return found->second->second;
    }
    if (by_age_.size() >= kCapacity) {
        index_.erase(by_age_.back().first);
        by_age_.pop_back();
    }
    by_age_.emplace_front(endpoint, Service{});
    index_.emplace(endpoint, by_age_.begin());
    return by_age_.front().second;
}

void Services::note_accept(const Endpoint& endpoint, Sighting when)
{
    Service& service = touch(endpoint);
    if (!service.first_accept)
        service.first_accept = when;
    service.last_accept = when;
    ++service.accepts;
    if (service.refusing)
        service.resumed = when;
    service.refusing = false;
}

void Services::note_refusal(const Endpoint& endpoint, Sighting when)
{
    Service& service = touch(endpoint);
    if (!service.first_refusal)
        service.first_refusal = when;
    service.last_refusal = when;
    ++service.refusals;
    if (!service.refusing && service.first_accept)
        ++service.outages;
    service.refusing = true;
}

Service Services::at(const Endpoint& endpoint) const
{
    const auto found = index_.find(endpoint);
    return found == index_.end() ? Service{} : found->second->second;
}

}  // namespace rstcause
