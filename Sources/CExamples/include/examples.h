#pragma once
#include <stddef.h>

// One file of an example. Its bytes do not end with a zero.
struct croft_example_file {
  const char *example;
  const char *path;
  const unsigned char *bytes;
  size_t count;
};

// The files of all examples, those of one example next to each other; NULL behind the last.
const struct croft_example_file *croft_example_file(size_t index);
