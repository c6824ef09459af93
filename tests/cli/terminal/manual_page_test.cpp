#include <espalier/cli/terminal/manual_page.hpp>

#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("manual page: what --help says, in roff", "[cli][manual]") {
    CommandDescription program;
    program.name = "tool";
    program.environment = {{"TOOL_DATA", "where it lies"}};
    program.exit_statuses = {{"0", "done"}};
    CommandDescription command;
    command.name = "tool one";
    command.help = "Do one thing";
    command.usage = "tool one [OPTIONS] FILE";
    command.example = "tool one a.txt";
    command.note = ".hidden is no request, a\\b no escape";
    OptionDescription rule{{"--rule"},      "NAME",     "Which:\nset: random\nrigl: by gradients",
                           {"set", "rigl"}, {"--fast"}, {}};
    rule.takes_value = rule.is_required = true;
    command.options = {rule};

    const std::string page = manual_page(command, program, "1.2", "2026-11-30");
    CHECK_THAT(page, Contains(".TH TOOL\\-ONE 1 \"2026-11-30\" \"espalier 1.2\""));
    CHECK_THAT(page, Contains("tool\\-one \\- Do one thing\n"));
    CHECK_THAT(page, Contains("\\fB\\-\\-rule\\fR \\fINAME\\fR (required)\nWhich; not beside \\fB\\-\\-fast\\fR\n"));
    CHECK_THAT(page, Contains(".RS\n.TP\n\\fBset\\fR\nrandom\n.TP\n\\fBrigl\\fR\nby gradients\n.RE\n"));
    CHECK_THAT(page, Contains("\n\\&.hidden is no request, a\\eb no escape\n"));
    CHECK_THAT(page, Contains("TOOL_DATA") && Contains(".SH EXIT STATUS") && Contains("\\fBtool\\fR(1)"));
}

}  // namespace espalier::cli
