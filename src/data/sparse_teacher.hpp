#pragma once

#include <espalier/data/dataset.hpp>

namespace espalier::data {

/// A task in the form of microarray data, generated: 54 675 features, 18 classes, 2 000 samples to train, 500 to test.
///
/// Features are standard normal and come in 64 groups (feature j belongs to group j modulo 64), as genes are expressed
/// together: two of a group have correlation 0.8, others none. Each class has a teacher of 50 random features with
/// normal weights, scaled so that the teacher's answer has variance 1; the label is the class with the largest answer
/// after noise of standard deviation 0.2 is added to each. Independent features would be no task: 2 000 samples do not
/// tell 900 of 54 675 directions, and everything that is not told which they are stays at chance.
///
/// Values are bytes, 128 + 32 x rounded and cut at four standard deviations, which standardisation turns back;
/// labels follow from the bytes. All integers and one table, the same for any number of threads; 137 MB.
Dataset make_sparse_teacher();

}  // namespace espalier::data
