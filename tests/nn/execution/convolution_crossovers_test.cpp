#include <espalier/base/text/error.hpp>
#include <espalier/nn/execution/crossovers.hpp>
#include <espalier/nn/execution/execution.hpp>

#include "support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

const std::string of_linear_layers =
    "avx2 | features 64 | lanes 16 | forward 0.4 | gradients 0.5 | weight_gradient 0.1";
const std::string of_convolutions =
    " | channels 16 256 | pixels 4 1024 | convolution_forward 0.4 0.6 / 0.2 0.8"
    " | convolution_weight_gradient 1 1 / 1 1 | convolution_input_gradient 0.5 0.5 / 0.7 0.7";

std::string refusal_of_table(const std::string& text) {
    try {
        Crossovers::parse(text);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("convolution crossovers: the text reads back to itself, with them and without", "[nn][crossovers]") {
    const Crossovers table = Crossovers::parse(of_linear_layers + of_convolutions);
    CHECK(table.text() == of_linear_layers + of_convolutions);
    REQUIRE(table.convolutions());
    CHECK(table.convolutions()->densities(ConvolutionProduct::input_gradient) ==
          std::vector<double>{0.5, 0.5, 0.7, 0.7});
    CHECK_FALSE(Crossovers::parse(of_linear_layers).convolutions());
    CHECK(Crossovers::parse(of_linear_layers).text() == of_linear_layers);
}

TEST_CASE("convolution crossovers: grid points exactly, between them linear in logarithms, outside constant",
          "[nn][crossovers]") {
    const ConvolutionCrossovers table = *Crossovers::parse(of_linear_layers + of_convolutions).convolutions();
    const auto forward = [&](std::size_t channels, std::size_t pixels) {
        return table.at(ConvolutionProduct::forward, channels, pixels);
    };
    CHECK(forward(16, 4) == 0.4);
    CHECK(forward(256, 1024) == 0.8);
    CHECK(forward(64, 4) == Approx(0.3));   // half the way from 16 to 256
    CHECK(forward(16, 64) == Approx(0.5));  // half the way from 4 to 1024
    CHECK(forward(1, 1) == 0.4);
    CHECK(forward(100000, 100000) == 0.8);
}

TEST_CASE("convolution crossovers: what is no table is refused with what is wrong", "[nn][crossovers]") {
    CHECK(refusal_of_table(of_linear_layers + of_convolutions).empty());
    CHECK_THAT(refusal_of_table(of_linear_layers + " | channels 16"), Contains("7 parts, not 6, or 11"));
    const auto with = [](const std::string& part, const std::string& replacement) {
        std::string text = of_linear_layers + of_convolutions;
        return text.replace(text.find(part), part.size(), replacement);
    };
    CHECK_THAT(refusal_of_table(with("channels 16 256", "channels 256 16")),
               Contains("channels must be counts that ascend"));
    CHECK_THAT(refusal_of_table(with("pixels 4", "pixels 0")), Contains("pixels must be counts that ascend"));
    CHECK_THAT(refusal_of_table(with("0.2 0.8", "0.2")), Contains("convolution_forward has 3 densities, not 4"));
    CHECK_THAT(refusal_of_table(with("0.7 0.7", "0.7 7")),
               Contains("convolution_input_gradient has a density that is not"));
}

TEST_CASE("convolution crossovers: what an execution makes of them", "[nn][crossovers]") {
    Stream stream = test_stream();
    const Pattern pattern = random_pattern(60, 90, 0.55, stream);
    const auto product = ConvolutionProduct::input_gradient;
    const Execution known(ExecutionWay::automatic, Crossovers::parse(of_linear_layers + of_convolutions));
    CHECK(known.is_dense(product, pattern, 16, 64));
    CHECK_FALSE(known.is_dense(product, pattern, 256, 64));
    CHECK_FALSE(known.is_dense(ConvolutionProduct::weight_gradient, pattern, 16, 64));
    const Execution unknown(ExecutionWay::automatic, Crossovers::parse(of_linear_layers));
    CHECK_FALSE(unknown.is_dense(product, pattern, 16, 64));
    CHECK(Execution(ExecutionWay::dense).is_dense(product, pattern, 256, 64));
    CHECK_FALSE(Execution().is_dense(product, pattern, 16, 64));
    CHECK(Execution().is_dense(product, Pattern::full(3, 9), 16, 64));
}

}  // namespace espalier::nn
