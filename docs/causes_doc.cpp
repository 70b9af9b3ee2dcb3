// SPDX-License-Identifier: GPL-2.0-or-later
//
// Usage: causes_doc SOURCE_DIR >docs/causes.md
// Writes the page of causes from the catalogue, the doc comments above the detectors, and the
// kept captures.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "diagnosis/catalogue.h"

namespace fs = std::filesystem;
using namespace rstcause;

namespace {

/// The doc comment above `std::optional<Finding> token(`, without the slashes.
std::vector<std::string> doc_comment(const fs::path& source, std::string_view token)
{
    std::ifstream in(source);
    const std::string definition = fmt::format("std::optional<Finding> {}(", token);
    std::vector<std::string> comment;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(definition))
            return comment;
        if (line.starts_with("///"))
            comment.push_back(line.size() > 4 ? line.substr(4) : "");
        else
            comment.clear();
    }
    return {};
}

/// The comment's parts: "" is the opening, the others are named by their first word.
std::map<std::string, std::string> parts_of(const std::vector<std::string>& comment)
{
    std::map<std::string, std::string> parts;
    std::string part;
    for (const std::string& line : comment) {
        std::string rest = line;
        for (const char* name : {"Wire", "Mistaken for", "Sure", "Next", "Source"})
            if (line.starts_with(std::string(name) + ":")) {
                part = name;
                rest = line.substr(part.size() + 1);
                rest.erase(0, rest.find_first_not_of(' '));
            }
        if (!rest.empty())
            parts[part] += (parts[part].empty() ? "" : " ") + rest;
    }
    return parts;
}

/// The cause's sample, and up to three kept captures that are named after it.
std::string captures_of(const fs::path& root, std::string_view token)
{
    std::string text;
    if (fs::exists(root / "samples" / (std::string(token) + ".pcapng")))
        text = fmt::format("the [sample](../samples/{}.pcapng)", token);
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(root / "tests/captures"))
        if (entry.path().extension() == ".pcapng"
            && entry.path().filename().string().starts_with(std::string(token) + "-"))
            names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 3); ++i)
        text += fmt::format("{}[{}](../tests/captures/{}/{})", text.empty() ? "" : ", ", names[i],
                            token, names[i]);
    return text;
}

void print_cause(const fs::path& root, const CatalogueRow& cause)
{
    const fs::path source = root / "analysis/causes" / (std::string(cause.token) + ".cpp");
    auto parts = parts_of(doc_comment(source, cause.token));
    fmt::print("\n## {}\n\n**{}** · category `{}` · impact `{}`\n\n{}\n\n", cause.token,
               cause.title, cause.category, token(cause.impact), parts[""]);
    for (const auto& [part, heading] :
         {std::pair{"Wire", "On the wire"}, std::pair{"Mistaken for", "Mistaken for"},
          std::pair{"Sure", "How sure"}, std::pair{"Next", "What to do"},
          std::pair{"Source", "Reference"}})
        fmt::print("- *{}:* {}\n", heading, parts[part]);
    if (const std::string captures = captures_of(root, cause.token); !captures.empty())
        fmt::print("- *To open:* {}\n", captures);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::cerr << "Usage: causes_doc SOURCE_DIR\n";
        return 2;
    }
    fmt::print("<!-- Made from the catalogue and the comments in analysis/causes by docs/causes_doc; "
               "edit those. -->\n# Causes\n\nThe values of `rstcause.reason`. Of two causes equally "
               "sure, the earlier one here wins. Each has a "
               "[sample](../samples/README.md) to open.\n\n| reason | meaning | impact |\n|---|---|---|\n");
    for (const CatalogueRow& cause : kCatalogue)
        if (cause.detector)
            fmt::print("| [{}](#{}) | {} | {} |\n", cause.token, cause.token, cause.title,
                       token(cause.impact));
    fmt::print("| [unknown](#unknown) | {} | {} |\n", row(Cause::unknown).title,
               token(row(Cause::unknown).impact));
    for (const CatalogueRow& cause : kCatalogue)
        if (cause.detector)
            print_cause(argv[1], cause);
    fmt::print("\n## unknown\n\n**{}** · category `{}` · impact `{}`\n\nNo cause fits what this "
               "capture shows, or none is as sure as the preferences ask for. The explanation says "
               "what is missing, the advice which capture would tell.\n",
               row(Cause::unknown).title, row(Cause::unknown).category,
               token(row(Cause::unknown).impact));
}
