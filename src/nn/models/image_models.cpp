#include <charconv>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/convnets.hpp>
#include <espalier/nn/models/image_models.hpp>

namespace espalier::nn {
namespace {

/// Numbers in the place of each '#' of a name like "wrn-#-#"; nothing where it is another name.
std::optional<std::vector<std::size_t>> numbers_of(std::string_view form, std::string_view name) {
    std::vector<std::size_t> numbers;
    while (!form.empty()) {
        if (form.front() != '#') {
            if (name.empty() || name.front() != form.front()) return std::nullopt;
            form.remove_prefix(1);
            name.remove_prefix(1);
            continue;
        }
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error != std::errc() || number == 0 || number > 10'000) return std::nullopt;
        numbers.push_back(number);
        form.remove_prefix(1);
        name.remove_prefix(static_cast<std::size_t>(end - name.data()));
    }
    return name.empty() ? std::optional(numbers) : std::nullopt;
}

}  // namespace

const std::vector<ImageModel>& image_models() {
    static const std::vector<ImageModel> table = {
        {{"lenet5_caffe", "two convolutions of 5x5 and two linear layers, for images of 28x28",
          "LeCun et al. 1998; the variant of Caffe"},
         0,
         20,
         lenet5_spec},
        {{"cifar_resnet_#", "He et al.'s network for CIFAR of depth 6n + 2, projections as shortcuts (option B)",
          "He et al., CVPR 2016; names of open_lth and GraNet"},
         20,
         16,
         cifar_resnet_spec},
        {{"cifar_resnet_#_#", "the same; the second number is its channels in the first stage",
          "He et al., CVPR 2016; names of open_lth and GraNet"},
         20,
         16,
         cifar_resnet_spec},
        {{"resnet#_A", "the same with shortcuts without parameters (option A)",
          "He et al., CVPR 2016; names of akamaster's program"},
         20,
         16,
         resnet_a_spec},
        {{"resnet#_cifar", "ResNet-18, 34 and 50 with a stem for images of 32x32",
          "He et al., CVPR 2016; names of GraNet and ITOP"},
         18,
         64,
         resnet_cifar_spec},
        {{"vgg#", "VGG-11, 13, 16 and 19 with batch normalisation and one linear layer",
          "Simonyan and Zisserman, ICLR 2015; names of GraNet"},
         11,
         64,
         vgg_spec},
        {{"vgg-like", "VGG-16 with two linear layers", "Lee et al., ICLR 2019 (SNIP); names of ITOP"},
         0,
         64,
         vgg_snip_spec,
         2},
        {{"vgg-d", "VGG-16 with three linear layers", "Lee et al., ICLR 2019 (SNIP); names of ITOP"},
         0,
         64,
         vgg_snip_spec,
         3},
        {{"vgg-c", "the same; every third convolution is 1x1", "Lee et al., ICLR 2019 (SNIP); names of ITOP"},
         0,
         64,
         vgg_snip_spec,
         3,
         true},
        {{"wrn-#-#", "Wide ResNet of depth 6n + 4; the second number is its widening",
          "Zagoruyko and Komodakis, BMVC 2016; names of ITOP"},
         28,
         16,
         wide_resnet_spec},
        {{"neurotrails_wrn-#-#", "a Wide ResNet whose last blocks every head has for itself",
          "Grooten et al. 2025 (NeuroTrails)"},
         28,
         16,
         neurotrails_wrn_spec},
        {{"neurotrails_resnet#", "ResNet-18, 34 or 50 for 32x32 whose last blocks every head has for itself",
          "Grooten et al. 2025 (NeuroTrails)"},
         50,
         64,
         neurotrails_resnet_spec},
        {{"mobilenet_v1_cifar", "depthwise and pointwise convolutions by turns",
          "Howard et al. 2017; names of kuangliu's program"},
         0,
         32,
         mobilenet_spec},
        {{"slak_t",
          "SLaK: depthwise kernels of 51, 49, 47 and 13 as two stripes each, blocks 3, 3, 9, 3, 1.3 times wider",
          "Liu et al., ICLR 2023; names of its program"},
         0,
         96,
         slak_spec},
        {{"slak_s", "the same with blocks 3, 3, 27, 3", "Liu et al., ICLR 2023; names of its program"},
         0,
         96,
         slak_spec},
        {{"slak_b", "the same, wider", "Liu et al., ICLR 2023; names of its program"}, 0, 128, slak_spec},
        {{"slak_#_#_#_#", "the same with so many blocks in each stage", "Liu et al., ICLR 2023; names of its program"},
         0,
         96,
         slak_spec},
        {{"slak_#_#", "its first two stages alone, for small images", "Liu et al., ICLR 2023; names of its program"},
         0,
         96,
         slak_spec},
        {{"convnext_t", "ConvNeXt: depthwise kernels of 7, blocks 3, 3, 9, 3",
          "Liu et al., CVPR 2022; names of SLaK's program"},
         0,
         96,
         slak_spec},
        {{"convnext_s", "the same with blocks 3, 3, 27, 3", "Liu et al., CVPR 2022; names of SLaK's program"},
         0,
         96,
         slak_spec},
        {{"convnext_b", "the same, wider", "Liu et al., CVPR 2022; names of SLaK's program"}, 0, 128, slak_spec},
        {{"convnext_#_#_#_#", "the same with so many blocks in each stage",
          "Liu et al., CVPR 2022; names of SLaK's program"},
         0,
         96,
         slak_spec},
        {{"convnext_#_#", "its first two stages alone, for small images",
          "Liu et al., CVPR 2022; names of SLaK's program"},
         0,
         96,
         slak_spec},
        {{"layers", "what [[model.layers]] spells out, layer by layer", ""}, 0, 0, listed_spec},
    };
    return table;
}

std::optional<ImageModel> image_model(std::string_view name) {
    for (ImageModel model : image_models()) {
        const auto numbers = numbers_of(model.name, name);
        if (!numbers) continue;
        model.name = std::string(name);
        model.numbers = *numbers;
        if (!numbers->empty()) model.depth = numbers->front();
        if (numbers->size() > 1 && model.spec != slak_spec)
            model.width = name.find("wrn") != name.npos ? 16 * numbers->back() : numbers->back();
        require_depth(model);
        return model;
    }
    return std::nullopt;
}

}  // namespace espalier::nn
