// SPDX-License-Identifier: GPL-2.0-or-later
#include "captures.h"

#include <filesystem>
#include <stdexcept>

#include "tshark.h"

namespace rstcause::test {

namespace fs = std::filesystem;

Capture make_readable(LabelFile label)
{
    const fs::path readable = scratch() / label.capture.filename();
    fs::copy_file(label.capture, readable, fs::copy_options::overwrite_existing);
    fs::permissions(readable, fs::perms(0644));
    return {{std::move(label)}, readable.string()};
}

const std::vector<Capture>& captures()
{
    static const std::vector<Capture> all = [] {
        std::vector<Capture> found;
        for (LabelFile& label : read_labels())
            found.push_back(make_readable(std::move(label)));
        return found;
    }();
    return all;
}

const Capture& capture_like(const std::string& prefix)
{
    for (const Capture& capture : captures())
        if (capture.name.starts_with(prefix))
            return capture;
    throw std::runtime_error("no capture begins with " + prefix);
}

const std::string& capture(const std::string& name)
{
    const Capture& found = capture_like(name);
    if (found.name != name)
        throw std::runtime_error("no capture " + name);
    return found.path;
}

}  // namespace rstcause::test
