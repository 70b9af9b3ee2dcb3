// SPDX-License-Identifier: GPL-2.0-or-later
//
// Usage: causes_doc SOURCE_DIR >docs/causes.md
// Writes the page of causes from the catalogue, the rules (what each states for and against its cause,
// and the doc comment above it), and the kept captures.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "bearings_in_words.h"
#include "diagnosis/catalogue.h"

namespace fs = std::filesystem;
using namespace rstcause;

namespace {

/// The doc comment above `const CauseRule token{`, without the slashes.
std::vector<std::string> doc_comment(const fs::path& source, std::string_view token)
{
    std::ifstream in(source);
    const std::string definition = fmt::format("const CauseRule {}{{", token);
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
        for (const char* name : {"Wire", "Mistaken for", "Next", "Source"})
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

/// What it is mistaken for: the comment's prose, its rivals linked, and the rivals that it does not name.
std::string mistaken_for(const CatalogueRow& cause, std::string prose)
{
    std::string unnamed;
    bool named = false;
    for (const CatalogueRow& rival : kCatalogue) {
        if (!cause.rivals.has(rival.cause))
            continue;
        const std::string name = fmt::format("`{}`", rival.token);
        const auto at = prose.find(name);
        if (at == prose.npos)
            unnamed += (unnamed.empty() ? "" : ", ") + doc::link(rival.cause);
        else
            prose.replace(at, name.size(), doc::link(rival.cause));
        named |= at != prose.npos;
    }
    if (unnamed.empty())
        return prose;
    return fmt::format("{} {}: {}.", prose, named ? "Other rivals" : "Rivals", unnamed);
}

const char* in_words(SettledBy what)
{
    switch (what) {
    case SettledBy::capture_at_sender: return "a capture at the host named as its sender.";
    case SettledBy::sender_log: return "the application's log on the host that sent it.";
    case SettledBy::client_log: return "the client's log.";
    case SettledBy::earlier_capture:
        return "a capture that starts earlier, or the system log of the host that sent it.";
    case SettledBy::nothing: break;
    }
    return "";
}

void print_part(const char* heading, const std::string& text)
{
    if (!text.empty())
        fmt::print("- *{}:* {}\n", heading, text);
}

void print_cause(const fs::path& root, const CatalogueRow& cause)
{
    const fs::path source = root / "analysis/causes" / (std::string(cause.token) + ".cpp");
    auto parts = parts_of(doc_comment(source, cause.token));
    fmt::print("\n## {}\n\n**{}** · category `{}`\n\n{}\n\n", cause.token, cause.title,
               cause.category, parts[""]);
    print_part("On the wire", parts["Wire"]);
    print_part("What to do", parts["Next"]);
    print_part("Mistaken for", mistaken_for(cause, parts["Mistaken for"]));
    print_part("Settled by", in_words(cause.settled_by));
    fmt::print("{}", doc::bearings_in_words(cause));
    if (cause.rank == Rank::remainder)
        print_part("Rank", "what remains: behind every other cause whose needs are as far met, and `possible` "
                           "while a rival is left.");
    print_part("Reference", parts["Source"]);
    print_part("To open", captures_of(root, cause.token));
}

void print_head()
{
    fmt::print("<!-- Made from the catalogue and the rules in analysis/causes by docs/causes_doc; edit "
               "those. -->\n# Causes\n\nThe values of `rstcause.reason`. Each has a "
               "[sample](../samples/README.md) to open.\n\n");
    fmt::print(
        "For each reset every cause is weighed. It is out when something that it *needs* is not so, when "
        "something *excludes* it, or when the evidence of another cause *rules* it *out*. For one that is "
        "left, what *speaks for it* counts: a hint 1, a sign 2, a proof 6; *doubts* count as much against it. "
        "What the capture does not show is neither yes nor no: a need left open puts a cause behind those "
        "whose needs are met, and what may exclude it is a doubt. Of two that as much speaks for, the earlier one here wins. *N* and *T* "
        "stand for the number and the time that the capture shows.\n\n");
    fmt::print(
        "The winner is **certain** when its needs are met, no doubt is left open, and each of its rivals (the "
        "causes linked under *Mistaken for*) is out, for a reason that the verdict names; **likely** when its "
        "needs are met, its sum is a sign or more, and as much ahead of each rival that is left; else "
        "**possible**. How often each word has been right: [accuracy.md](accuracy.md).\n\n");
    fmt::print("Doubts of every cause in which a host sent the reset: {}.\n\n", doc::doubts_of_every_host());
}

void print_impact()
{
    fmt::print(
        "## Impact\n\nWhat a reset means is not its cause's to say, but what was lost by it (`rstcause.harm`). "
        "**problem**: a request was never answered, an answer was cut short or never arrived, a connection did not come "
        "about; and whoever missed it had not given it up himself. **notice**: he had (who asks and ends the connection within a "
        "second had not been kept waiting), or got it in the end, or the answer "
        "was an error; nothing was outstanding, but neither side had ended the connection; or the capture does not "
        "tell. **normal**: nothing was outstanding, the connection goes on, or it had ended before. A reset that repeats "
        "another one has that one's impact.\n\n"
        "Whether an answer is whole is told by its own framing: the length or the chunks of HTTP/1, the records of TLS. "
        "Where there is none, who spoke last and what was acknowledged must do.\n\n");
}

void print_table()
{
    fmt::print("| reason | meaning |\n|---|---|\n");
    for (const CatalogueRow& cause : kCatalogue)
        fmt::print("| {} | {} |\n", doc::link(cause.cause), cause.title);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::cerr << "Usage: causes_doc SOURCE_DIR\n";
        return 2;
    }
    print_head();
    print_table();
    print_impact();
    for (const CatalogueRow& cause : kCatalogue)
        if (cause.rule)
            print_cause(argv[1], cause);
    fmt::print("\n## unknown\n\n**{}** · category `{}`\n\nNo cause fits what this "
               "capture shows, or none is as sure as the preferences ask for. The explanation says "
               "what is missing, the advice which capture would tell.\n",
               row(Cause::unknown).title, row(Cause::unknown).category);
}
